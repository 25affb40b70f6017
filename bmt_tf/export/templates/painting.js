// Draws predictions as bmt_tf.tasks.painting does, under the same names. `about` is what the page knows: the colours
// `ramp` and `ignored`, and each task.
// A painter takes numbers [H * W * channels], the task, and the least and the largest finite number; it returns a
// function from a pixel's number to red, green and blue, 0 to 255.

export const PAINTERS = {
  by_palette: (numbers, task) => (pixel) => task.colours[numbers[pixel]],
  by_ramp: (numbers, task, [low, high], about) => (pixel) => onRamp(numbers[pixel], low, high, about.ramp),
  by_falling_ramp: (numbers, task, [low, high], about) => (pixel) =>
    onRamp(low + high - numbers[pixel], low, high, about.ramp),
  by_heat: (numbers, task, [, high], about) => (pixel) =>
    onRamp(-numbers[pixel], -Math.max(high, 1e-9), 0, about.ramp),
  by_direction: (numbers, task, [low, high]) => {
    const longest = Math.max(Math.abs(low), Math.abs(high), 1e-9);
    return (pixel) => {
      const [across, down] = numbers.subarray(2 * pixel, 2 * pixel + 2);
      const strength = Math.min(Math.hypot(across, down) / longest, 1);
      const turn = Math.atan2(down, across);
      return [0, 1, 2].map((third) => 255 * (1 - strength * (0.5 - 0.5 * Math.cos(turn - third * 2 * Math.PI / 3))));
    };
  },
  by_components: (numbers) => (pixel) =>
    [...numbers.subarray(3 * pixel, 3 * pixel + 3)].map((number) => (number + 1) * 127.5),
  in_grey: (numbers, task) => (pixel) => {
    let sum = 0;
    for (let channel = 0; channel < task.channels; channel++) sum += numbers[pixel * task.channels + channel];
    return Array(3).fill(255 * sum / task.channels);
  },
};

// Draws a prediction {data, shape: [H, W, channels]} of a dense task on a canvas; returns its span.
export function paint(canvas, prediction, task, about) {
  const {data, shape: [height, width, channels]} = prediction;
  const span = spanOf(data);
  const colourOf = PAINTERS[task.paint](data, task, span, about);
  const picture = new ImageData(width, height);  // It rounds and clips.
  for (let pixel = 0; pixel < height * width; pixel++) {
    const finite = data.subarray(pixel * channels, (pixel + 1) * channels).every(Number.isFinite);
    const [red, green, blue] = (finite && colourOf(pixel)) || about.ignored;
    picture.data.set([red, green, blue, 255], 4 * pixel);
  }
  canvas.height = height;
  canvas.width = width;
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return span;
}

export function spanOf(numbers) {
  let low = Infinity, high = -Infinity;
  for (const number of numbers) {
    if (number < low && Number.isFinite(number)) low = number;
    if (number > high && Number.isFinite(number)) high = number;
  }
  return low <= high ? [low, high] : [0, 1];
}

function onRamp(number, low, high, ramp) {
  const place = Math.min(Math.max((number - low) / Math.max(high - low, 1e-9), 0), 1) * (ramp.length - 1);
  const below = Math.min(Math.floor(place), ramp.length - 2);
  return ramp[below].map((value, channel) => value + (place - below) * (ramp[below + 1][channel] - value));
}
