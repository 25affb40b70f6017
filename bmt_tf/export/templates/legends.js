// What the colours of a prediction mean, and what it says of an image as a whole, as elements of the page.

const LISTED = 8;  // lines of one prediction per image
const SCALES = {
  by_ramp: (ramp) => ramp,
  by_falling_ramp: (ramp) => [...ramp].reverse(),
  by_heat: (ramp) => [...ramp].reverse(),
  in_grey: () => [[0, 0, 0], [255, 255, 255]],
};
const WORDS = {
  by_direction: "Hue: direction. Strength of colour: length, white for none.",
  by_components: "Red, green, blue: the three components, from −1 to 1.",
};

// Returns the legend of a dense prediction.
export function legend(prediction, task, span, about) {
  if (task.paint === "by_palette") return classLegend(prediction.data, task);
  if (task.paint in WORDS) return element("p", {className: "note"}, WORDS[task.paint]);
  const colours = SCALES[task.paint](about.ramp).map(css);
  const ends = task.paint === "in_grey" ? [0, 1] : task.paint === "by_heat" ? [0, span[1]] : span;
  const bar = element("span", {className: "scale"});
  bar.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
  return element("p", {className: "note ends"}, short(ends[0]), bar, `${short(ends[1])} ${task.unit}`);
}

// Returns what a task with one prediction per image says: its likeliest classes or attributes, with bars.
export function listing(prediction, task) {
  const named = [...prediction.data].map((value, place) => [nameOf(task, place), value]);
  if (named.length > LISTED) named.sort((a, b) => b[1] - a[1]);
  const list = element("ol", {className: "lines"});
  for (const [name, value] of named.slice(0, LISTED)) {
    const bar = element("span", {className: "bar"});
    bar.style.width = `${Math.min(Math.max(100 * value, 0), 100)}%`;
    const room = element("span", {className: "room"}, bar);
    list.append(element("li", {}, element("span", {}, name), room, percent(value)));
  }
  return list;
}

// Returns in words what is predicted at a pixel.
export function reading(prediction, task, pixel) {
  const channels = prediction.shape[2];
  const numbers = [...prediction.data.subarray(pixel * channels, (pixel + 1) * channels)];
  if (task.paint === "by_palette") return nameOf(task, numbers[0]);
  return `${numbers.map(short).join(", ")} ${task.unit}`;
}

export function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function nameOf(task, place) {
  return task.classes[place] ?? (task.channels === 1 ? task.name : `class ${place}`);
}

function classLegend(classes, task) {
  const counts = new Map();
  for (const number of classes) counts.set(number, (counts.get(number) ?? 0) + 1);
  const seen = [...counts].sort((a, b) => b[1] - a[1]);
  const unseen = task.colours.map((_, number) => number).filter((number) => !counts.has(number));
  const shown = element("ul", {className: "classes"});
  for (const [number, count] of seen) shown.append(swatch(task, number, percent(count / classes.length)));
  if (!unseen.length) return shown;
  const rest = element("ul", {className: "classes"}, ...unseen.map((number) => swatch(task, number, "")));
  const summary = element("summary", {}, `${unseen.length} not seen here`);
  return element("div", {}, shown, element("details", {}, summary, rest));
}

function swatch(task, number, share) {
  const colour = element("i", {});
  colour.style.background = css(task.colours[number] ?? [0, 0, 0]);
  return element("li", {}, colour, nameOf(task, number), element("small", {}, share));
}

function css(colour) {
  return `rgb(${colour.join(", ")})`;
}

function percent(share) {
  return share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`;
}

function short(number) {
  return Number.isInteger(number) ? String(number) : number.toFixed(2);
}
