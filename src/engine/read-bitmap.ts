// Reads the pixels of an ImageBitmap, tile by tile: canvases and textures are limited, pictures are not.

/** Fits every canvas and texture that browsers offer, and keeps the extra memory at 64 MB. */
const tileSide = 4096;

interface Tile {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Pixels of a bitmap without transparency: a 2D canvas gives them unchanged.
 * @returns `4 * width * height` bytes, R G B A.
 */
export function readOpaquePixels(bitmap: ImageBitmap): Uint8ClampedArray<ArrayBuffer> {
  const canvas = new OffscreenCanvas(Math.min(tileSide, bitmap.width), Math.min(tileSide, bitmap.height));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no 2D canvas");
  // Without blending: tiles must not show through the transparent pixels of later ones.
  context.globalCompositeOperation = "copy";
  const read = ({ left, top, width, height }: Tile) => {
    context.drawImage(bitmap, left, top, width, height, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data as Uint8ClampedArray<ArrayBuffer>;
  };
  const all = tiles(bitmap, tileSide);
  if (all.length === 1) return read(all[0]);
  const data = new Uint8ClampedArray(4 * bitmap.width * bitmap.height);
  for (const tile of all) {
    const pixels = read(tile);
    for (let row = 0; row < tile.height; row++) {
      const line = pixels.subarray(4 * row * tile.width, 4 * (row + 1) * tile.width);
      data.set(line, 4 * ((tile.top + row) * bitmap.width + tile.left));
    }
  }
  return data;
}

/**
 * Pixels of a bitmap that was decoded with `premultiplyAlpha: "none"`, colours under transparency included. A 2D
 * canvas and a VideoFrame multiply by alpha and back, which loses them; a WebGL texture keeps every byte. Without
 * WebGL 2 the canvas has to do: transparent pixels are then black, half transparent ones a few levels off.
 * @returns `4 * width * height` bytes, R G B A.
 */
export function readUnmultipliedPixels(bitmap: ImageBitmap): Uint8ClampedArray<ArrayBuffer> {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2", { antialias: false, depth: false });
  if (gl === null) return readOpaquePixels(bitmap);
  try {
    const data = new Uint8ClampedArray(4 * bitmap.width * bitmap.height);
    const side = Math.min(tileSide, gl.getParameter(gl.MAX_TEXTURE_SIZE) as number);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
    gl.pixelStorei(gl.PACK_ROW_LENGTH, bitmap.width);
    for (const tile of tiles(bitmap, side)) readTile(gl, bitmap, tile, data);
    return gl.getError() === gl.NO_ERROR ? data : readOpaquePixels(bitmap);
  } finally {
    // Contexts are few, and collected late.
    gl.getExtension("WEBGL_lose_context")?.loseContext();
  }
}

function readTile(
  gl: WebGL2RenderingContext,
  bitmap: ImageBitmap,
  { left, top, width, height }: Tile,
  data: Uint8ClampedArray<ArrayBuffer>,
): void {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.pixelStorei(gl.UNPACK_SKIP_PIXELS, left);
  gl.pixelStorei(gl.UNPACK_SKIP_ROWS, top);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, bitmap);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  gl.pixelStorei(gl.PACK_SKIP_PIXELS, left);
  gl.pixelStorei(gl.PACK_SKIP_ROWS, top);
  gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
  gl.deleteFramebuffer(framebuffer);
  gl.deleteTexture(texture);
}

function tiles({ width, height }: ImageBitmap, side: number): Tile[] {
  const found: Tile[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      found.push({ left, top, width: Math.min(side, width - left), height: Math.min(side, height - top) });
    }
  }
  return found;
}
