//! Images: decoded under limits, turned upright, brought to sRGB and to a sensible size, and written anew.

use std::io::Cursor;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::codecs::gif::GifDecoder;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{
    AnimationDecoder, ColorType, DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageResult,
};

use crate::note::{HEAVY, Note};
use crate::{Kind, Limits, Rejected, colour, encode};

/// An image as it is kept.
pub(crate) struct Picture {
    pub(crate) kind: Kind,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) notes: Vec<Note>,
}

/// Eight bits a channel, row by row.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// `L8`, `La8`, `Rgb8` or `Rgba8`.
    pub(crate) colour: ColorType,
    pub(crate) data: Vec<u8>,
}

pub(crate) fn clean(
    format: ImageFormat,
    bytes: &[u8],
    limits: &Limits,
) -> Result<Picture, Rejected> {
    let mut pixels = decode(format, bytes, limits)?;
    let mut notes = Vec::new();
    let (width, height) = (pixels.width, pixels.height);
    if width.max(height) > limits.side {
        pixels = scaled(&pixels, limits.side)?;
        notes.push(Note::Scaled(width, height));
    }
    // A photograph with losses stays one; what was exact stays exact.
    let lossy = match format {
        ImageFormat::Jpeg => true,
        ImageFormat::WebP => memchr::memmem::find(bytes, b"VP8L").is_none(),
        _ => false,
    };
    let (kind, bytes) = if lossy && !pixels.colour.has_alpha() {
        (Kind::Jpeg, encode::jpeg(&pixels)?)
    } else {
        (Kind::Png, encode::png(&pixels)?)
    };
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        notes.push(Note::Converted);
    }
    if bytes.len() as u64 > HEAVY {
        notes.push(Note::Heavy(bytes.len() as u64));
    }
    Ok(Picture {
        kind,
        width: pixels.width,
        height: pixels.height,
        bytes,
        notes,
    })
}

fn decode(format: ImageFormat, bytes: &[u8], limits: &Limits) -> Result<Pixels, Rejected> {
    let source = || Cursor::new(bytes);
    let most = decoder_limits(limits);
    match format {
        ImageFormat::Jpeg => {
            if !has_end(bytes) {
                return Err(Rejected::Damaged);
            }
            upright(JpegDecoder::new(source()), limits)
        }
        ImageFormat::Png => {
            let decoder = PngDecoder::with_limits(source(), most);
            if matches!(&decoder, Ok(decoder) if decoder.is_apng().unwrap_or(false)) {
                return Err(Rejected::Animated);
            }
            upright(decoder, limits)
        }
        ImageFormat::WebP => {
            let decoder = WebPDecoder::new(source());
            if matches!(&decoder, Ok(decoder) if decoder.has_animation()) {
                return Err(Rejected::Animated);
            }
            upright(decoder, limits)
        }
        ImageFormat::Gif => {
            let pixels = upright(GifDecoder::new(source()), limits)?;
            if frames(GifDecoder::new(source()), most) > 1 {
                return Err(Rejected::Animated);
            }
            Ok(pixels)
        }
        _ => Err(Rejected::Unknown),
    }
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut most = image::Limits::no_limits();
    // Four bytes a pixel, twice: some decoders keep the raw and the finished rows.
    most.max_alloc = Some(limits.pixels.saturating_mul(8));
    most
}

/// Whether the data of a JPEG is followed by its end: without it, decoders fill the rest with grey. EXIF may hold a
/// small picture with an end of its own, so that it counts only after the start of the scan.
fn has_end(bytes: &[u8]) -> bool {
    let scan = memchr::memmem::rfind(bytes, b"\xff\xda");
    let end = memchr::memmem::rfind(bytes, b"\xff\xd9");
    matches!((scan, end), (Some(scan), Some(end)) if scan < end)
}

/// Frames of a GIF, counted to two.
fn frames<R: std::io::BufRead + std::io::Seek>(
    decoder: ImageResult<GifDecoder<R>>,
    most: image::Limits,
) -> usize {
    let Ok(mut decoder) = decoder else { return 0 };
    match decoder.set_limits(most) {
        Ok(()) => decoder.into_frames().take(2).count(),
        Err(_) => 0,
    }
}

/// Decodes what the header allows, as it is meant to be seen.
fn upright<D: ImageDecoder>(decoder: ImageResult<D>, limits: &Limits) -> Result<Pixels, Rejected> {
    let mut decoder = decoder.map_err(|error| rejected(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(Rejected::TooManyPixels {
            width,
            height,
            most: limits.pixels,
        });
    }
    if width == 0 || height == 0 {
        return Err(Rejected::Damaged);
    }
    decoder
        .set_limits(decoder_limits(limits))
        .map_err(|error| rejected(&error))?;
    let orientation = decoder
        .orientation()
        .unwrap_or(image::metadata::Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| rejected(&error))?;
    image.apply_orientation(orientation);
    let mut pixels = eight_bits(image);
    if let Some(profile) = profile {
        colour::to_srgb(&mut pixels, &profile);
    }
    Ok(without_full_alpha(pixels))
}

fn rejected(error: &ImageError) -> Rejected {
    match error {
        ImageError::Limits(_) => Rejected::UnfoldsTooFar,
        _ => Rejected::Damaged,
    }
}

fn eight_bits(image: DynamicImage) -> Pixels {
    let (width, height) = (image.width(), image.height());
    let (colour, data) = match image {
        DynamicImage::ImageLuma8(image) => (ColorType::L8, image.into_raw()),
        DynamicImage::ImageLumaA8(image) => (ColorType::La8, image.into_raw()),
        DynamicImage::ImageRgb8(image) => (ColorType::Rgb8, image.into_raw()),
        DynamicImage::ImageRgba8(image) => (ColorType::Rgba8, image.into_raw()),
        other if !other.color().has_color() && !other.color().has_alpha() => {
            (ColorType::L8, other.into_luma8().into_raw())
        }
        other if !other.color().has_color() => {
            (ColorType::La8, other.into_luma_alpha8().into_raw())
        }
        other if other.color().has_alpha() => (ColorType::Rgba8, other.into_rgba8().into_raw()),
        other => (ColorType::Rgb8, other.into_rgb8().into_raw()),
    };
    Pixels {
        width,
        height,
        colour,
        data,
    }
}

/// Drops an alpha channel that hides nothing.
fn without_full_alpha(pixels: Pixels) -> Pixels {
    let channels = usize::from(pixels.colour.channel_count());
    let colour = match pixels.colour {
        ColorType::La8 => ColorType::L8,
        ColorType::Rgba8 => ColorType::Rgb8,
        _ => return pixels,
    };
    let mut every = pixels.data.chunks_exact(channels);
    if !every.all(|pixel| pixel.last() == Some(&u8::MAX)) {
        return pixels;
    }
    let mut data = pixels.data;
    let mut at = 0;
    data.retain(|_| {
        at += 1;
        at % channels != 0
    });
    Pixels {
        colour,
        data,
        ..pixels
    }
}

/// Smaller by one factor, so that the long side is `side`.
fn scaled(pixels: &Pixels, side: u32) -> Result<Pixels, Rejected> {
    let long = u64::from(pixels.width.max(pixels.height));
    let shorter = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + long / 2) / long;
        u32::try_from(scaled).unwrap_or(side).max(1)
    };
    let kind = match pixels.colour {
        ColorType::L8 => PixelType::U8,
        ColorType::La8 => PixelType::U8x2,
        ColorType::Rgb8 => PixelType::U8x3,
        _ => PixelType::U8x4,
    };
    let source = ImageRef::new(pixels.width, pixels.height, &pixels.data, kind)
        .map_err(|_| Rejected::Damaged)?;
    let mut small = Image::new(shorter(pixels.width), shorter(pixels.height), kind);
    Resizer::new()
        .resize(&source, &mut small, &ResizeOptions::new())
        .map_err(|_| Rejected::Damaged)?;
    Ok(Pixels {
        width: small.width(),
        height: small.height(),
        colour: pixels.colour,
        data: small.into_vec(),
    })
}
