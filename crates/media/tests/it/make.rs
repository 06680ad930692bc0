//! Files as cameras, offices and attackers make them.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, ImageFormat, RgbImage};
use zip::write::SimpleFileOptions;

/// A landscape whose left upper corner is red, the rest grey.
pub(crate) fn photo(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 {
            image::Rgb([220, 20, 20])
        } else {
            image::Rgb([120, 120, 120])
        }
    }))
}

pub(crate) fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A JPEG as a telephone writes it: held upright (orientation 6), with a place and a device.
pub(crate) fn telephone_photo(width: u32, height: u32) -> Vec<u8> {
    let jpeg = encoded(&photo(width, height), ImageFormat::Jpeg);
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    // Three entries: Make, Orientation, GPS directory.
    tiff.extend([3, 0]);
    tiff.extend(entry(0x010f, 2, 12, 50));
    tiff.extend(entry(0x0112, 3, 1, 6));
    tiff.extend(entry(0x8825, 4, 1, 62));
    tiff.extend([0; 4]);
    tiff.extend(b"TelephoneCo\0");
    // Latitude north, as text.
    tiff.extend([1, 0]);
    tiff.extend(entry(0x0001, 2, 2, u32::from(b'N')));
    tiff.extend([0; 4]);
    let mut exif = b"Exif\0\0".to_vec();
    exif.extend(tiff);
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1];
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
    let mut entry = tag.to_le_bytes().to_vec();
    entry.extend(kind.to_le_bytes());
    entry.extend(count.to_le_bytes());
    entry.extend(value.to_le_bytes());
    entry
}

/// A PNG that says to be this large, with the data of a few rows.
pub(crate) fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut header = width.to_be_bytes().to_vec();
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(png_chunk(b"IHDR", &header));
    bytes.extend(png_chunk(b"IDAT", &deflated(&vec![0; 1_000_000])));
    bytes.extend(png_chunk(b"IEND", b""));
    bytes
}

pub(crate) fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    let mut crc = flate2::Crc::new();
    crc.update(kind);
    crc.update(data);
    chunk.extend(kind);
    chunk.extend(data);
    chunk.extend(crc.sum().to_be_bytes());
    chunk
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in parts {
        let stored = *name == "mimetype";
        let method = if stored {
            zip::CompressionMethod::Stored
        } else {
            zip::CompressionMethod::Deflated
        };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(data).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// `[Content_Types].xml` whose main part is of this type.
pub(crate) fn content_types(main: &str) -> Vec<u8> {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/{main}"/></Types>"#
    )
    .into_bytes()
}

pub(crate) const WORD: &str =
    "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";

/// A PDF of these objects; the trailer has what `trailer` says beside the root.
pub(crate) fn pdf(objects: &[&str], trailer: &str) -> Vec<u8> {
    let mut text = "%PDF-1.7\n".to_owned();
    for (at, object) in objects.iter().enumerate() {
        text.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    text.push_str(&format!(
        "trailer\n<< /Root 1 0 R {trailer} >>\nstartxref\n0\n%%EOF\n"
    ));
    text.into_bytes()
}

/// A PDF whose objects are in an object stream, as Office writes them.
pub(crate) fn compressed_pdf(objects: &str) -> Vec<u8> {
    let inside = deflated(objects.as_bytes());
    let mut bytes = format!(
        "%PDF-1.7\n%\u{e2}\u{e3}\n5 0 obj\n<</Type /ObjStm /N 3 /First 18 /Filter /FlateDecode /Length {}>>\nstream\r\n",
        inside.len()
    )
    .into_bytes();
    bytes.extend(inside);
    bytes.extend(b"\r\nendstream\nendobj\nstartxref\n0\n%%EOF\n");
    bytes
}
