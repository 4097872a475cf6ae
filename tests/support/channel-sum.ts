// Three colours as one number, as goldens at pixels have them.

/** `[3,h,w]` summed over colours. */
export function channelSum(picture: ArrayLike<number>): Float64Array {
  const pixels = picture.length / 3;
  return Float64Array.from({ length: pixels }, (_, pixel) =>
    [0, 1, 2].reduce((sum, channel) => sum + picture[channel * pixels + pixel]!, 0),
  );
}
