// A canvas that shows pixels; the browser scales it with CSS.
import { type ComponentProps, useLayoutEffect, useRef } from "react";
import type { RgbaImage } from "../../core/vision/rgba-image.ts";

type CanvasProps = Omit<ComponentProps<"canvas">, "width" | "height" | "ref">;

/** Pixels as they are. */
export function PixelCanvas({ image, ...rest }: CanvasProps & { readonly image: RgbaImage }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Drawing is part of rendering, so it happens before the browser paints.
  useLayoutEffect(() => {
    const context = prepareContext(canvas.current, image.width, image.height);
    context?.putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
  }, [image]);
  return <canvas {...rest} ref={canvas} />;
}

/** A bitmap that the store owns. */
export function BitmapCanvas({ bitmap, ...rest }: CanvasProps & { readonly bitmap: ImageBitmap }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    // A bitmap that was closed meanwhile has no size, and nothing more to say.
    if (bitmap.width === 0) return;
    prepareContext(canvas.current, bitmap.width, bitmap.height)?.drawImage(bitmap, 0, 0);
  }, [bitmap]);
  return <canvas {...rest} ref={canvas} />;
}

function prepareContext(canvas: HTMLCanvasElement | null, width: number, height: number) {
  if (canvas === null) return null;
  // Setting a size clears the canvas, even when it is the same.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context?.clearRect(0, 0, width, height);
  return context;
}
