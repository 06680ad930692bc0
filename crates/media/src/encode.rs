//! Images as bytes: nothing but pixels goes in.

use std::collections::HashMap;

use image::codecs::jpeg::JpegEncoder;
use image::{ColorType, ImageEncoder};

use crate::Rejected;
use crate::picture::Pixels;

/// Of 100. Above it files grow without a difference that is seen.
const QUALITY: u8 = 85;

/// JPEG; pixels without alpha.
pub(crate) fn jpeg(pixels: &Pixels) -> Result<Vec<u8>, Rejected> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .write_image(
            &pixels.data,
            pixels.width,
            pixels.height,
            pixels.colour.into(),
        )
        .map_err(|_| Rejected::Damaged)?;
    Ok(bytes)
}

/// PNG; with a palette where there are few colours, as maps, logos and QR codes have: a third of the bytes.
pub(crate) fn png(pixels: &Pixels) -> Result<Vec<u8>, Rejected> {
    let mut bytes = Vec::new();
    let palette = Palette::of(pixels);
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width, pixels.height);
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_color(match (&palette, pixels.colour) {
        (Some(_), _) => png::ColorType::Indexed,
        (None, ColorType::L8) => png::ColorType::Grayscale,
        (None, ColorType::La8) => png::ColorType::GrayscaleAlpha,
        (None, ColorType::Rgb8) => png::ColorType::Rgb,
        (None, _) => png::ColorType::Rgba,
    });
    let data = match palette {
        Some(palette) => {
            // Neighbours of an index say nothing of it.
            encoder.set_filter(png::Filter::NoFilter);
            encoder.set_palette(palette.colours);
            if palette.alpha.iter().any(|alpha| *alpha != u8::MAX) {
                encoder.set_trns(palette.alpha);
            }
            palette.indices
        }
        None => {
            encoder.set_filter(png::Filter::Adaptive);
            pixels.data.clone()
        }
    };
    let mut writer = encoder.write_header().map_err(|_| Rejected::Damaged)?;
    writer
        .write_image_data(&data)
        .map_err(|_| Rejected::Damaged)?;
    writer.finish().map_err(|_| Rejected::Damaged)?;
    Ok(bytes)
}

/// The colours of an image and which each pixel has.
struct Palette {
    colours: Vec<u8>,
    alpha: Vec<u8>,
    indices: Vec<u8>,
}

impl Palette {
    /// `None` for grey images, which need none, and from 257 colours on.
    fn of(pixels: &Pixels) -> Option<Self> {
        let channels = match pixels.colour {
            ColorType::Rgb8 => 3,
            ColorType::Rgba8 => 4,
            _ => return None,
        };
        let mut known: HashMap<[u8; 4], u8> = HashMap::with_capacity(256);
        let mut palette = Self {
            colours: Vec::new(),
            alpha: Vec::new(),
            indices: Vec::with_capacity(pixels.data.len() / channels),
        };
        let mut last = None;
        for pixel in pixels.data.chunks_exact(channels) {
            let mut colour = [u8::MAX; 4];
            colour
                .iter_mut()
                .zip(pixel)
                .for_each(|(to, from)| *to = *from);
            // Runs of one colour are what such images are made of.
            let index = match last {
                Some((before, index)) if before == colour => index,
                _ => match known.get(&colour) {
                    Some(index) => *index,
                    None => {
                        let index = u8::try_from(known.len()).ok()?;
                        known.insert(colour, index);
                        let [red, green, blue, alpha] = colour;
                        palette.colours.extend([red, green, blue]);
                        palette.alpha.push(alpha);
                        index
                    }
                },
            };
            last = Some((colour, index));
            palette.indices.push(index);
        }
        Some(palette)
    }
}
