use image::ImageFormat;
use kairan_media::{Kind, Limits, Rejected, accept};
use proptest::prelude::*;

use crate::make::{content_types, encoded, pdf, photo, telephone_photo, zip};
use crate::sent;

#[test]
fn a_renamed_program_is_refused() {
    let windows = [b"MZ\x90\0\x03\0\0\0".as_slice(), &[0; 200]].concat();
    let linux = [b"\x7fELF\x02\x01\x01".as_slice(), &[0; 200]].concat();
    for name in ["photo.jpg", "様式.pdf", "a.docx", "a"] {
        assert_eq!(sent(name, &windows), Err(Rejected::Program), "{name}");
        assert_eq!(sent(name, &linux), Err(Rejected::Program), "{name}");
    }
}

#[test]
fn svg_is_refused_with_a_way_out() {
    for svg in [
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        "<?xml version=\"1.0\"?>\n<!-- a -->\n<svg/>",
    ] {
        for name in ["logo.svg", "logo.png", "logo.txt"] {
            let rejected = sent(name, svg.as_bytes()).unwrap_err();
            assert_eq!(rejected, Rejected::Svg);
            assert!(rejected.to_string().contains("PNG"));
        }
    }
}

#[test]
fn an_image_that_is_also_a_script_comes_out_as_an_image_alone() {
    // `GIF89a=…` reads as a script; the picture's data is in a comment of it.
    let gif = encoded(&photo(8, 8), ImageFormat::Gif);
    let script = b"*/=1;alert('hello')//";
    let mut both = gif[..gif.len() - 1].to_vec();
    both.extend([0x21, 0xfe, u8::try_from(script.len()).unwrap()]);
    both.extend(script);
    both.extend(b"\0;");
    both.extend(script);
    let kept = sent("a.gif", &both).unwrap();
    assert_eq!(kept.kind, Kind::Png);
    assert!(memchr::memmem::find(&kept.bytes, b"alert").is_none());
    let mut photo = telephone_photo(20, 20);
    photo.extend(b"<script>alert(1)</script><?php exit;");
    let kept = sent("a.php.jpg", &photo).unwrap();
    assert!(memchr::memmem::find(&kept.bytes, b"script").is_none());
    assert_eq!(kept.name, "a.php.jpg");
}

#[test]
fn nothing_and_too_much_are_refused() {
    assert_eq!(sent("a.pdf", b""), Err(Rejected::Empty));
    let limits = Limits {
        file: 1_000,
        image: 100,
        ..Limits::default()
    };
    let long = accept("a.txt", &[b'a'; 1_001], &limits);
    assert_eq!(
        long,
        Err(Rejected::TooLarge {
            size: 1_001,
            most: 1_000
        })
    );
    let image = encoded(&photo(20, 20), ImageFormat::Jpeg);
    assert!(matches!(
        accept("a.jpg", &image, &limits),
        Err(Rejected::TooLarge { most: 100, .. })
    ));
    assert!(long.unwrap_err().to_string().contains("1 KB まで"));
}

#[test]
fn images_for_other_programs_say_so() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\xff\xfe\0\0";
    assert_eq!(sent("IMG.HEIC", heic), Err(Rejected::OtherImage("HEIC")));
    let message = sent("IMG.HEIC", heic).unwrap_err().to_string();
    assert!(message.contains("互換性優先"), "{message}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn broken_files_never_panic(which in 0..6usize, at in any::<prop::sample::Index>(), byte: u8, cut: bool) {
        let types = content_types(crate::make::WORD);
        let mut bytes = match which {
            0 => telephone_photo(24, 16),
            1 => encoded(&photo(24, 16), ImageFormat::Png),
            2 => encoded(&photo(24, 16), ImageFormat::WebP),
            3 => encoded(&photo(24, 16), ImageFormat::Gif),
            4 => zip(&[("[Content_Types].xml", &types)]),
            _ => pdf(&["<< /Type /Pages /Count 3 >>", "<< /Type /ObjStm /Filter /FlateDecode >> stream\nx\nendstream"], ""),
        };
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if cut {
            bytes.truncate(at);
        }
        if let Ok(kept) = sent("a.bin", &bytes) {
            prop_assert!(!kept.bytes.is_empty());
        }
    }

    #[test]
    fn names_are_safe_whatever_was_given(name in any::<String>()) {
        let kept = sent(&name, b"%PDF-1.7\n%%EOF").unwrap();
        prop_assert!(kept.name.ends_with(".pdf") && kept.name.len() <= 255);
        let forbidden = |c: char| c.is_control() || c.is_whitespace() || "/\\<>:\"|?*#%&()[]{}'`\u{202e}".contains(c);
        prop_assert!(!kept.name.contains(forbidden), "{}", kept.name);
        prop_assert!(!kept.name.starts_with(['.', '-']));
        prop_assert!(unicode_normalization::is_nfc(&kept.name));
    }
}
