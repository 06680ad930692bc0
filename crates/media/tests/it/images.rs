use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
use kairan_media::{Kind, Note, Rejected};

use crate::make::{encoded, photo, png_chunk, telephone_photo};
use crate::sent;

fn seen(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

fn is_red(pixel: Rgba<u8>) -> bool {
    pixel[0] > 180 && pixel[1] < 80
}

#[test]
fn a_telephones_photo_is_upright_and_says_nothing_of_place_or_device() {
    let photo = telephone_photo(64, 40);
    assert!(holds(&photo, b"TelephoneCo"));
    let kept = sent("IMG_0001.JPG", &photo).unwrap();
    assert_eq!(kept.kind, Kind::Jpeg);
    assert_eq!(kept.name, "IMG_0001.jpg");
    assert_eq!(kept.dimensions, Some((40, 64)));
    let image = seen(&kept.bytes);
    assert_eq!(image.dimensions(), (40, 64));
    // Left above before, right above after a quarter turn.
    assert!(is_red(image.get_pixel(35, 4)) && !is_red(image.get_pixel(4, 4)));
    for trace in [&b"Exif"[..], b"TelephoneCo", b"II*\0", b"\xff\xe1"] {
        assert!(!holds(&kept.bytes, trace), "{trace:?}");
    }
    assert_eq!(kept.notes, []);
}

#[test]
fn pngs_lose_what_is_not_seen() {
    let png = encoded(&photo(30, 20), ImageFormat::Png);
    let after_header = 8 + 25;
    let mut spoken = png[..after_header].to_vec();
    spoken.extend(png_chunk(b"tEXt", b"Author\0Tanaka Taro"));
    spoken.extend(&png[after_header..]);
    spoken.extend(b"<script>alert(1)</script>");
    let kept = sent("map.png", &spoken).unwrap();
    assert!(!holds(&kept.bytes, b"Tanaka") && !holds(&kept.bytes, b"script"));
    assert_eq!(seen(&kept.bytes).to_rgb8(), photo(30, 20).to_rgb8());
}

#[test]
fn few_colours_stay_exact_and_small() {
    let plan = RgbaImage::from_fn(300, 200, |x, y| {
        Rgba([
            (x / 30 * 20) as u8,
            (y / 20 * 20) as u8,
            90,
            if x < 10 { 0 } else { 255 },
        ])
    });
    let plan = DynamicImage::ImageRgba8(plan);
    let kept = sent("plan.png", &encoded(&plan, ImageFormat::Png)).unwrap();
    assert_eq!(seen(&kept.bytes).to_rgba8(), plan.to_rgba8());
    // The colour type of the header: a palette.
    assert_eq!(kept.bytes[25], 3);
}

#[test]
fn many_colours_stay_exact_too() {
    let many = RgbaImage::from_fn(64, 64, |x, y| {
        Rgba([(x * 4) as u8, (y * 4) as u8, (x ^ y) as u8, (255 - x) as u8])
    });
    for image in [
        DynamicImage::ImageRgba8(many.clone()),
        DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(many.clone()).to_rgb8()),
        DynamicImage::ImageLuma8(DynamicImage::ImageRgba8(many.clone()).to_luma8()),
        DynamicImage::ImageLumaA8(DynamicImage::ImageRgba8(many).to_luma_alpha8()),
    ] {
        let kept = sent("many.png", &encoded(&image, ImageFormat::Png)).unwrap();
        assert_eq!(seen(&kept.bytes).to_rgba8(), image.to_rgba8());
        assert_eq!(seen(&kept.bytes).color(), image.color());
    }
}

#[test]
fn sixteen_bits_become_eight() {
    let deep = DynamicImage::ImageRgb16(photo(20, 10).to_rgb16());
    let kept = sent("deep.png", &encoded(&deep, ImageFormat::Png)).unwrap();
    assert_eq!(seen(&kept.bytes).to_rgb8(), photo(20, 10).to_rgb8());
}

#[test]
fn large_images_are_scaled_with_their_proportions() {
    let kept = sent("large.jpg", &encoded(&photo(3000, 1000), ImageFormat::Jpeg)).unwrap();
    assert_eq!(kept.dimensions, Some((2400, 800)));
    assert_eq!(seen(&kept.bytes).dimensions(), (2400, 800));
    assert_eq!(kept.notes, [Note::Scaled(3000, 1000)]);
    let thin = sent("thin.png", &encoded(&photo(5000, 1), ImageFormat::Png)).unwrap();
    assert_eq!(thin.dimensions, Some((2400, 1)));
}

#[test]
fn webp_is_kept_as_what_every_browser_shows() {
    let webp = encoded(&photo(40, 30), ImageFormat::WebP);
    let kept = sent("drawing.webp", &webp).unwrap();
    assert_eq!((kept.kind, kept.name.as_str()), (Kind::Png, "drawing.png"));
    assert_eq!(kept.notes, [Note::Converted]);
    assert_eq!(seen(&kept.bytes).to_rgb8(), photo(40, 30).to_rgb8());
}

#[test]
fn a_still_gif_becomes_a_png_and_a_moving_one_is_refused() {
    let still = encoded(&photo(16, 16), ImageFormat::Gif);
    let kept = sent("logo.gif", &still).unwrap();
    assert_eq!((kept.kind, kept.dimensions), (Kind::Png, Some((16, 16))));
    let mut moving = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut moving);
    for _ in 0..2 {
        let frame = image::Frame::new(photo(16, 16).to_rgba8());
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    assert_eq!(sent("logo.gif", &moving), Err(Rejected::Animated));
}

#[test]
fn moving_pngs_and_webps_are_refused() {
    let mut moving = Vec::new();
    let mut encoder = png::Encoder::new(&mut moving, 4, 4);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[9; 16]).unwrap();
    writer.write_image_data(&[8; 16]).unwrap();
    writer.finish().unwrap();
    assert_eq!(sent("a.png", &moving), Err(Rejected::Animated));
    assert_eq!(sent("a.webp", &moving_webp()), Err(Rejected::Animated));
}

/// One frame in the container of moving images.
fn moving_webp() -> Vec<u8> {
    let still = encoded(&photo(4, 4), ImageFormat::WebP);
    let mut frame = vec![0; 6];
    frame.extend([3, 0, 0, 3, 0, 0, 100, 0, 0, 0]);
    frame.extend(&still[12..]);
    let chunk = |name: &[u8], data: &[u8]| {
        let mut chunk = name.to_vec();
        chunk.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        chunk.extend(data);
        chunk
    };
    let mut body = b"WEBP".to_vec();
    body.extend(chunk(b"VP8X", &[2, 0, 0, 0, 3, 0, 0, 3, 0, 0]));
    body.extend(chunk(b"ANIM", &[0; 6]));
    body.extend(chunk(b"ANMF", &frame));
    chunk(b"RIFF", &body)
}

#[test]
fn colours_of_a_profile_become_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 100);
    image::ImageEncoder::set_icc_profile(&mut encoder, profile).unwrap();
    let red = image::RgbImage::from_pixel(16, 16, image::Rgb([200, 60, 60]));
    encoder.encode_image(&red).unwrap();
    assert!(holds(&bytes, b"ICC_PROFILE"));
    let kept = sent("p3.jpg", &bytes).unwrap();
    assert!(!holds(&kept.bytes, b"ICC_PROFILE"));
    // The same red has a higher red and lower green in the smaller space.
    let pixel = seen(&kept.bytes).to_rgb8()[(8, 8)];
    assert!(pixel[0] > 208 && pixel[1] < 56, "{pixel:?}");
}

#[test]
fn images_cut_short_are_not_kept_half() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let noisy = RgbaImage::from_fn(80, 80, |x, y| {
            Rgba([
                (x * y % 251) as u8,
                (x * 7 % 256) as u8,
                (y * 13 % 256) as u8,
                255,
            ])
        });
        let noisy = DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(noisy).to_rgb8());
        let whole = encoded(&noisy, format);
        assert!(sent("a.jpg", &whole).is_ok());
        let half = &whole[..whole.len() / 2];
        assert_eq!(sent("a.jpg", half), Err(Rejected::Damaged), "{format:?}");
    }
    // Cut in the picture, with the end of the small one in EXIF still there.
    let mut cut = telephone_photo(64, 64);
    cut.splice(20..20, *b"\xff\xd9");
    cut.truncate(cut.len() - 40);
    assert_eq!(sent("a.jpg", &cut), Err(Rejected::Damaged));
}

#[test]
fn the_examples_images_are_accepted() {
    let map = include_bytes!("../../../../examples/minori/files/hoken-center-map.png");
    let kept = sent("hoken-center-map.png", map).unwrap();
    assert_eq!((kept.kind, kept.dimensions), (Kind::Png, Some((640, 400))));
    assert!(
        kept.bytes.len() < map.len() * 3 / 2,
        "{} to {}",
        map.len(),
        kept.bytes.len()
    );
    assert_eq!(kept.sha256.len(), 64);
}
