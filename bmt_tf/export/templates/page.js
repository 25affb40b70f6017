// The page: takes pictures, asks the network, shows what it predicts and how long that takes.

import {element, legend, listing, reading} from "./legends.js";
import {Network} from "./network.js";
import {paint} from "./painting.js";
import {fetchFile, openFile, pixelsOf, startCamera, stopCamera} from "./pictures.js";

const RUNS = 7;  // runs of each path, of whose times the median is shown
const about = JSON.parse(byId("about").textContent);
const network = new Network(about.runtime);
const video = byId("video");
const cards = new Map();  // task name -> {canvas, legend, reading} of its figure
let source = null;  // what is shown: {picture, name}
let shown = null;  // the pixels that were predicted on, and {predictions, milliseconds, threads}
let measured = 0;  // counts measurements, so that one that is overtaken ends

function byId(id) {
  return document.getElementById(id);
}

function say(text, state) {
  byId("status").textContent = text;
  document.documentElement.dataset.state = state;
}

// Runs a step of the page; what goes wrong is shown, and the last picture stays.
async function attempt(step) {
  byId("trouble").textContent = "";
  try {
    await step();
  } catch (error) {
    byId("trouble").textContent = error.message;
    say(source ? "The picture below is the last one that worked." : "", "failed");
  }
}

async function predict(picture, name) {
  const pixels = pixelsOf(picture, Number(byId("longest").value));
  const found = await network.predict(about.all_tasks, pixels);
  source = {picture, name};
  shown = {pixels, ...found};
  show();
}

function show() {
  const {pixels, predictions, milliseconds} = shown;
  const canvas = byId("picture");
  canvas.height = pixels.height;
  canvas.width = pixels.width;
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  for (const task of about.tasks) {
    const card = cards.get(task.name), prediction = predictions[task.name];
    const drawn = () => legend(prediction, task, paint(card.canvas, prediction, task, about), about);
    card.legend.replaceChildren(task.dense ? drawn() : listing(prediction, task));
  }
  const {picture, name} = source;
  const size = sizeOf(picture.videoHeight ?? picture.height, picture.videoWidth ?? picture.width);
  const seen = sizeOf(pixels.height, pixels.width);
  const sizes = size === seen ? `${name}, ${size} pixels` : `${name} has ${size} pixels; the network saw it at ${seen}`;
  say(`${sizes}. All tasks took ${Math.round(milliseconds)} ms.`, "ready");
}

function sizeOf(height, width) {
  return `${height} × ${width}`;
}

async function predictFile(file) {
  say(source ? "Predicting …" : "Loading the network …", "busy");
  await endCamera();
  await predict(await openFile(file), file.name);
  if (!byId("times").rows.length) await measure();
}

// Times the path of each task by itself, and all tasks together.
async function measure() {
  const mine = ++measured, {pixels} = shown, times = new Map();
  byId("times_note").textContent = "Measuring …";
  await network.warmUp(about.all_tasks, pixels, 50, 3000);
  for (const entryPoint of [...about.tasks.map((task) => task.name), about.all_tasks]) {
    byId("times_note").textContent = `Measuring ${words(entryPoint)} …`;
    await network.warmUp(entryPoint, pixels, 5, 1000);
    times.set(entryPoint, await network.time(entryPoint, pixels, RUNS));
    if (entryPoint !== about.all_tasks) await network.free(entryPoint);
    if (mine !== measured) return;
    showTimes(times);
  }
  const together = times.get(about.all_tasks);
  const alone = [...times.values()].reduce((sum, milliseconds) => sum + milliseconds, -together);
  const threads = shown.threads === 1 ? "one thread" : `${shown.threads} threads`;
  byId("times_note").textContent =
    `Median of ${RUNS} runs at ${sizeOf(pixels.height, pixels.width)} pixels, ${threads}. All tasks together take ` +
    `${together.toFixed(0)} ms, one path after another ${alone.toFixed(0)} ms. The first runs after the page was ` +
    "opened take longer, as the browser still compiles.";
}

function words(entryPoint) {
  return entryPoint === about.all_tasks ? "all tasks" : entryPoint;
}

function showTimes(times) {
  const longest = Math.max(...times.values());
  const rows = [about.all_tasks, ...about.tasks.map((task) => task.name)].filter((name) => times.has(name));
  byId("times").replaceChildren(...rows.map((entryPoint) => {
    const milliseconds = times.get(entryPoint);
    const task = about.tasks.find(({name}) => name === entryPoint);
    const bar = element("span", {className: "bar"});
    bar.style.width = `${100 * milliseconds / longest}%`;
    bar.style.background = task?.colour ?? "var(--ink)";
    const row = element("tr", {}, element("th", {scope: "row"}, words(entryPoint)));
    row.append(element("td", {className: "room"}, bar), element("td", {}, `${milliseconds.toFixed(1)} ms`));
    return row;
  }));
}

let running = null;  // the loop of the camera, while it is on

async function beginCamera() {
  say("Waiting for the camera …", "busy");
  await startCamera(video);
  byId("camera").textContent = "Stop the camera";
  running = (async () => {
    while (video.srcObject) {
      if (!video.srcObject.active) throw new Error("The camera was taken away. Start it again, or choose a picture.");
      await predict(video, "The camera's picture");
      await new Promise(requestAnimationFrame);
    }
  })();
  running.catch((error) => attempt(async () => { await endCamera(); throw error; }));
}

async function endCamera() {
  stopCamera(video);
  byId("camera").textContent = "Use the camera";
  if (running) await Promise.allSettled([running]);
  running = null;
}

function addCards() {
  for (const task of about.tasks) {
    const dot = element("i", {className: "dot"});
    dot.style.background = task.colour;
    const card = {canvas: element("canvas", {}), legend: element("div", {}), reading: element("output", {})};
    const caption = element("figcaption", {}, dot, task.name, card.reading);
    byId("results").append(element("figure", {}, caption, ...(task.dense ? [card.canvas] : []), card.legend));
    cards.set(task.name, card);
    if (task.dense) readUnder(card.canvas);
  }
  readUnder(byId("picture"));
}

// Shows what all tasks predict at the place of the picture under the pointer.
function readUnder(canvas) {
  const read = (event) => {
    if (!shown) return;
    const {height, width} = shown.pixels;
    const column = Math.min(Math.floor(event.offsetX / canvas.clientWidth * width), width - 1);
    const row = Math.min(Math.floor(event.offsetY / canvas.clientHeight * height), height - 1);
    for (const task of about.tasks.filter(({dense}) => dense)) {
      const place = Math.max(row, 0) * width + Math.max(column, 0);
      cards.get(task.name).reading.textContent = reading(shown.predictions[task.name], task, place);
    }
  };
  canvas.addEventListener("pointermove", read);
  canvas.addEventListener("pointerdown", read);
  canvas.addEventListener("pointerleave", () => cards.forEach((card) => { card.reading.textContent = ""; }));
}

function listen() {
  const takeFirst = (files) => files.length && attempt(() => predictFile(files[0]));
  byId("file").addEventListener("change", (event) => takeFirst(event.target.files));
  byId("choose").addEventListener("click", () => { byId("file").value = ""; byId("file").click(); });
  byId("camera").addEventListener("click", () => attempt(video.srcObject ? endCamera : beginCamera));
  byId("measure").addEventListener("click", () => shown && attempt(measure));
  byId("longest").addEventListener("change", () => {
    if (source && !video.srcObject) attempt(() => predict(source.picture, source.name));
  });
  for (const example of document.querySelectorAll("#examples button")) {
    const {value, title} = example;
    example.addEventListener("click", () => attempt(async () => predictFile(await fetchFile(value, title))));
  }
  for (const type of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(type, (event) => {
      event.preventDefault();
      byId("drop").classList.toggle("over", type === "dragover");
    });
  }
  document.addEventListener("drop", (event) => takeFirst(event.dataTransfer.files));
}

addCards();
listen();
const first = document.querySelector("#examples button");
if (first) first.click();
