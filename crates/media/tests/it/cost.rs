//! A refusal costs little, whatever the file claims to be.

use std::time::{Duration, Instant};

use image::ImageFormat;
use kairan_media::Rejected;

use crate::make::{compressed_pdf, content_types, encoded, photo, png_header, zip};
use crate::sent;

/// The most memory that this process ever had, in kB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Refused in moments, by a build without optimisation, with less than 64 MB.
fn refused(name: &str, bytes: &[u8]) -> Rejected {
    let before = peak();
    let start = Instant::now();
    let rejected = sent(name, bytes).unwrap_err();
    assert!(
        start.elapsed() < Duration::from_millis(300),
        "{rejected:?}: {:?}",
        start.elapsed()
    );
    if let (Some(before), Some(after)) = (before, peak()) {
        assert!(
            after - before < 64_000,
            "{rejected:?}: {} kB",
            after - before
        );
    }
    rejected
}

#[test]
fn images_with_huge_sides_are_refused_by_their_header() {
    let bomb = png_header(60_000, 60_000);
    assert!(bomb.len() < 2_000);
    assert!(matches!(
        refused("a.png", &bomb),
        Rejected::TooManyPixels { width: 60_000, .. }
    ));
    let mut jpeg = encoded(&photo(16, 16), ImageFormat::Jpeg);
    let frame = memchr::memmem::find(&jpeg, b"\xff\xc0").unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(
        refused("a.jpg", &jpeg),
        Rejected::TooManyPixels { height: 65_535, .. }
    ));
    let mut gif = encoded(&photo(16, 16), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    assert!(matches!(
        refused("a.gif", &gif),
        Rejected::TooManyPixels { .. }
    ));
    // The data is too short for what the header promises.
    assert_eq!(
        refused("a.png", &png_header(2_000, 2_000)),
        Rejected::Damaged
    );
}

#[test]
fn a_png_with_a_bomb_beside_the_picture_is_no_trouble() {
    let png = encoded(&photo(16, 16), ImageFormat::Png);
    let mut text = b"Comment\0\0".to_vec();
    text.extend(crate::make::deflated(&vec![b'a'; 20_000_000]));
    let mut profile = b"x\0\0".to_vec();
    profile.extend(crate::make::deflated(&vec![0; 20_000_000]));
    let mut bytes = png[..33].to_vec();
    bytes.extend(crate::make::png_chunk(b"zTXt", &text));
    bytes.extend(crate::make::png_chunk(b"iCCP", &profile));
    bytes.extend(&png[33..]);
    if let Ok(kept) = sent("a.png", &bytes) {
        assert!(kept.bytes.len() < 2_000);
    }
}

#[test]
fn documents_that_unfold_without_end_are_refused() {
    let types = vec![b' '; 30_000_000];
    let bomb = zip(&[("[Content_Types].xml", &types)]);
    assert_eq!(refused("a.docx", &bomb), Rejected::UnfoldsTooFar);
    let main = content_types(crate::make::WORD);
    let nothing = vec![0; 30_000_000];
    let names: Vec<String> = (0..11).map(|at| format!("word/media/{at}.bin")).collect();
    let mut parts: Vec<(&str, &[u8])> = vec![("[Content_Types].xml", &main)];
    parts.extend(names.iter().map(|name| (name.as_str(), &nothing[..])));
    assert_eq!(refused("a.docx", &zip(&parts)), Rejected::UnfoldsTooFar);
}

#[test]
fn pdfs_that_unfold_without_end_are_refused() {
    let bomb = compressed_pdf(&" ".repeat(70_000_000));
    assert!(bomb.len() < 100_000);
    let start = Instant::now();
    assert_eq!(sent("a.pdf", &bomb), Err(Rejected::UnfoldsTooFar));
    assert!(start.elapsed() < Duration::from_secs(3));
}
