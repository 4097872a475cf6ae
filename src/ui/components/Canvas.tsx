// A canvas that shows pixels; the browser scales it with CSS.
import { type ComponentProps, useLayoutEffect, useRef } from "react";
import type { RgbaImage } from "../../core/vision/rgba-image.ts";
import type { AppState } from "../state/app-state.ts";
import { useDirect } from "../use-direct.ts";

type CanvasProps = Omit<ComponentProps<"canvas">, "width" | "height" | "ref">;

/** Pixels as they are. */
export function PixelCanvas({ image, ...rest }: CanvasProps & { readonly image: RgbaImage }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Drawing is part of rendering, so it happens before the browser paints.
  useLayoutEffect(() => {
    if (canvas.current !== null) drawPixels(canvas.current, image);
  }, [image]);
  return <canvas {...rest} ref={canvas} />;
}

interface DirectCanvasProps<Value> extends CanvasProps {
  readonly select: (state: AppState) => Value;
  readonly draw: (canvas: HTMLCanvasElement, value: Value) => void;
}

/** Draws what is selected from the store in the very turn in which it changes; components hear of it later. */
export function DirectCanvas<Value>({ select, draw, ...rest }: DirectCanvasProps<Value>) {
  return <canvas {...rest} ref={useDirect(select, draw)} />;
}

/** Shows pixels; nothing where there are none. */
export function drawPixels(canvas: HTMLCanvasElement, image: RgbaImage | null): void {
  const { width, height } = image ?? canvas;
  const context = prepareContext(canvas, width, height);
  if (image !== null) context?.putImageData(new ImageData(image.data, width, height), 0, 0);
}

/** Shows a bitmap; one that was closed meanwhile has no size, and nothing more to say. */
export function drawBitmap(canvas: HTMLCanvasElement, bitmap: ImageBitmap | null): void {
  if (bitmap !== null && bitmap.width > 0)
    prepareContext(canvas, bitmap.width, bitmap.height)?.drawImage(bitmap, 0, 0);
}

function prepareContext(canvas: HTMLCanvasElement, width: number, height: number) {
  // Setting a size clears the canvas, even when it is the same.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  context?.clearRect(0, 0, width, height);
  return context;
}
