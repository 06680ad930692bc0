use kairan_media::{Kind, Note, Rejected};

use crate::make::{WORD, compressed_pdf, content_types, pdf, zip};
use crate::sent;

const CATALOGUE: &str = "<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 9 0 R >>";
const PAGES: &str = "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /Resources << /Font << /F1 5 0 R >> >> >>";
const INFO: &str = "<< /Title (Form) /Producer (Office) >>";

#[test]
fn a_pdfs_facts_are_known() {
    let kept = sent("様式.pdf", &pdf(&[CATALOGUE, PAGES, PAGE, INFO], "")).unwrap();
    let facts = kept.pdf.unwrap();
    assert_eq!(facts.pages, Some(2));
    assert!(facts.text && facts.tagged && facts.title);
    assert_eq!(kept.notes, []);
    assert_eq!((kept.name.as_str(), kept.kind), ("様式.pdf", Kind::Pdf));

    let scanned = pdf(
        &[
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Count 31 >>",
        ],
        "",
    );
    let kept = sent("scan.pdf", &scanned).unwrap();
    assert_eq!(kept.pdf.unwrap().pages, Some(31));
    assert_eq!(kept.notes, [Note::PdfWithoutText, Note::PdfWithoutTitle]);
}

#[test]
fn facts_are_found_in_compressed_objects() {
    let kept = sent(
        "a.pdf",
        &compressed_pdf(&format!("1 0 2 60 {CATALOGUE}{PAGES}{PAGE}{INFO}")),
    );
    let facts = kept.unwrap().pdf.unwrap();
    assert_eq!(facts.pages, Some(2));
    assert!(facts.text && facts.tagged && facts.title);
}

#[test]
fn the_examples_forms_are_accepted() {
    for bytes in [
        &include_bytes!("../../../../examples/minori/files/jido-teate-seikyusho.pdf")[..],
        include_bytes!("../../../../examples/minori/files/kaigo-shinsei.pdf"),
    ] {
        let kept = sent("form.pdf", bytes).unwrap();
        assert_eq!(kept.pdf.unwrap().pages, Some(1));
        assert_eq!(kept.bytes, bytes);
    }
}

#[test]
fn pdfs_that_do_something_are_refused() {
    let open = |action: &str| format!("<< /Type /Catalog /OpenAction << /S {action} >> >>");
    for (action, code) in [
        ("/JavaScript /JS (app.alert(1))", "active-pdf"),
        ("/Java#53cript /JS 8 0 R", "active-pdf"),
        ("/Launch /F (cmd.exe)", "active-pdf"),
        ("/GoTo /Names << /EmbeddedFiles 4 0 R >>", "active-pdf"),
        ("/RichMedia", "active-pdf"),
    ] {
        for bytes in [pdf(&[&open(action)], ""), compressed_pdf(&open(action))] {
            let rejected = sent("a.pdf", &bytes).unwrap_err();
            assert_eq!(rejected.code(), code, "{action}");
        }
    }
    let message = sent("a.pdf", &pdf(&[&open("/JavaScript")], ""))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("プログラム（JavaScript）が入って"),
        "{message}"
    );
    let locked = pdf(&[CATALOGUE], "/Encrypt 8 0 R");
    assert_eq!(sent("a.pdf", &locked), Err(Rejected::Locked));
    // A script that is hidden behind a compression which is not looked into.
    let hidden = pdf(
        &["<< /Type /ObjStm /Filter /LZWDecode >> stream xx endstream"],
        "",
    );
    assert_eq!(sent("a.pdf", &hidden).unwrap_err().code(), "active-pdf");
    let whole = pdf(&[CATALOGUE, PAGES], "");
    assert_eq!(
        sent("a.pdf", &whole[..whole.len() - 30]),
        Err(Rejected::Damaged)
    );
}

#[test]
fn office_files_are_told_apart_by_what_is_in_them() {
    let sheet = "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    let slides = "vnd.openxmlformats-officedocument.presentationml.presentation.main+xml";
    for (main, kind) in [
        (WORD, Kind::Docx),
        (sheet, Kind::Xlsx),
        (slides, Kind::Pptx),
    ] {
        let types = content_types(main);
        let parts: [(&str, &[u8]); 2] = [
            ("[Content_Types].xml", &types),
            ("word/document.xml", b"<w/>"),
        ];
        let kept = sent("別の名前.zip", &zip(&parts)).unwrap();
        assert_eq!(kept.kind, kind);
        assert_eq!(kept.name, format!("別の名前.{}", kind.extension()));
    }
    for kind in [Kind::Odt, Kind::Ods, Kind::Odp] {
        let bytes = zip(&[
            ("mimetype", kind.content_type().as_bytes()),
            ("content.xml", b"<o/>"),
        ]);
        assert_eq!(sent("a.odt", &bytes).unwrap().kind, kind);
    }
}

#[test]
fn macros_are_refused_whatever_they_are_called() {
    let types = content_types(WORD);
    let with = |part: &str| zip(&[("[Content_Types].xml", &types[..]), (part, b"x")]);
    let mut refused = vec![
        with("word/vbaProject.bin"),
        with("word/VBAPROJECT.BIN"),
        with("xl/macrosheets/sheet1.xml"),
        with("word/activeX/activeX1.bin"),
    ];
    let enabled = content_types("vnd.ms-word.document.macroEnabled.main+xml");
    refused.push(zip(&[("[Content_Types].xml", &enabled)]));
    let renamed = content_types(&format!(
        "{WORD}\"/><Override ContentType=\"application/vnd.ms-office.vbaProject"
    ));
    refused.push(zip(&[
        ("[Content_Types].xml", &renamed),
        ("word/harmless.xml", b"x"),
    ]));
    let mime = Kind::Ods.content_type().as_bytes();
    refused.push(zip(&[
        ("mimetype", mime),
        ("Basic/Standard/Module1.xml", b"x"),
    ]));
    for bytes in refused {
        assert_eq!(sent("表.docx", &bytes), Err(Rejected::Macros));
    }
}

#[test]
fn locked_and_old_files_say_so() {
    let compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    let mut old = compound.to_vec();
    old.extend([0; 600]);
    assert_eq!(sent("古い.doc", &old), Err(Rejected::OldOffice));
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    old.extend(name);
    assert_eq!(sent("表.xlsx", &old), Err(Rejected::Locked));
    let manifest = b"<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>";
    let mime = Kind::Odt.content_type().as_bytes();
    let locked = zip(&[("mimetype", mime), ("META-INF/manifest.xml", manifest)]);
    assert_eq!(sent("a.odt", &locked), Err(Rejected::Locked));
}

#[test]
fn other_archives_are_refused() {
    assert_eq!(
        sent("a.zip", &zip(&[("読んで.txt", b"x")])),
        Err(Rejected::Archive)
    );
    let book = zip(&[("mimetype", b"application/epub+zip"), ("a.xhtml", b"x")]);
    assert_eq!(sent("a.docx", &book), Err(Rejected::Archive));
    let cut = &zip(&[("[Content_Types].xml", &content_types(WORD))])[..60];
    assert_eq!(sent("a.docx", cut), Err(Rejected::Damaged));
    let seven = b"7z\xbc\xaf\x27\x1c\x00\x04\x01\x02\x03\x04\x05\x06";
    assert_eq!(sent("a.docx", seven), Err(Rejected::Archive));
}
