// The page asks the device again and again (docs/page.md) and draws what it gets. Text goes in as text alone: no answer can become markup.
const api = 'device/v1/';
const period = 1000;
const patience = 8000;
const most = 600;
const $ = id => document.getElementById(id);
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const near = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const whole = new Intl.NumberFormat('en');
let seconds = [];
let events = [];
let state;
let started;
let lostSince;
let parametersShown;
let pictureNumber;
let pictureUrl;
let tokenRefused = false;
let cursor;

const time = text => clock.format(new Date(text));
const share = value => `${value > 0.995 && value < 1 ? '>\u00a099' : Math.round(value * 100)}\u00a0%`;
const named = label => label.replaceAll('_', ' ');
const nats = value => value.toFixed(2);
const count = (number, one) => `${whole.format(number)} ${one}${number === 1 ? '' : 's'}`;
const bytes = n => n >= 999500 ? `${(n / 1e6).toFixed(n < 1e7 ? 2 : 1)} MB` : n >= 1000 ? `${(n / 1e3).toFixed(1)} kB` : `${Math.round(n)} bytes`;
const capital = value => value[0].toUpperCase() + value.slice(1);
const version = number => number === 0 ? 'the model as built' : `version ${number}`;
const text = (id, value) => { if ($(id).textContent !== value) $(id).textContent = value; };
const pill = (id, value, kind) => { text(id, value); $(id).className = `pill ${kind}`; $(id).hidden = false; };

function h(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const label = (x, y, value, anchor = 'start', kind = '') => svg('text', { x, y, 'text-anchor': anchor, class: kind }, value);
const line = (kind, x1, x2, y1, y2) => svg('line', { class: kind, x1, x2, y1, y2 });
const facts = pairs => pairs.filter(Boolean).map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));

// Asking

async function ask(path, options = {}, withToken = false) {
  const token = sessionStorage.getItem('token');
  const headers = { ...options.headers, ...(withToken && token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(api + path, { ...options, headers, cache: 'no-store', signal: AbortSignal.timeout(options.method ? 40000 : patience) });
  if (response.ok || response.status === 304) return response;
  const message = (await response.json().catch(() => ({}))).error ?? `The device answered with status ${response.status}.`;
  throw Object.assign(new Error(message), { status: response.status });
}

const get = async path => (await ask(path)).json();

async function look() {
  try {
    state = await get('state');
    if (state.agent.started !== started) {
      [started, seconds, parametersShown, pictureNumber] = [state.agent.started, [], undefined, undefined];
    }

    const from = seconds.at(-1)?.number ?? 0;
    seconds = [...seconds.filter(s => s.number < from), ...(await get(`entropy?from=${from}`)).seconds].slice(-most);
    const { answers } = await get('answers?limit=10');
    const parameters = await get('parameters');
    const drift = await get('drift');
    found();
    showState();
    showAnswers(answers);
    showParameters(parameters);
    showDrift(drift);
    draw();
  } catch (error) {
    lost(error);
  }
}

function found() {
  pill('live', 'live', 'good');
  $('lost').hidden = true;
  document.body.classList.remove('lost');
  lostSince = undefined;
}

function lost(error) {
  lostSince ??= new Date();
  pill('live', 'no contact', 'bad');
  $('cloud').hidden = true;
  text('lost', `The device has not answered since ${clock.format(lostSince)}.${error.status ? ` ${error.message}` : ''} What is shown is from before; the page goes on by itself.`);
  $('lost').hidden = false;
  document.body.classList.add('lost');
  $('revert').disabled = true;
}

// What is shown

function showState() {
  const { agent, cloud, frames, outbox, uploads, filter } = state;
  document.title = `${agent.device} – EdgeAdapt`;
  text('device', agent.device);
  text('about', `Model ${agent.model} · group ${agent.group} · since ${day.format(new Date(agent.started))}`);
  text('build', `EdgeAdapt ${agent.version} · model ${agent.model_sha256.slice(0, 12)} · ${agent.classes} classes`);
  if (cloud.broker === null) pill('cloud', 'no cloud set up', '');
  else pill('cloud', cloud.connected ? 'connected to the cloud' : 'cloud not reachable', cloud.connected ? 'good' : 'warn');

  const answered = frames.seen - frames.failed;
  text('answered', whole.format(answered));
  text('rate', `${rate()}${frames.failed ? ` · ${whole.format(frames.failed)} failed` : ''}`);
  text('selected', whole.format(frames.selected));
  text('selected-share', answered ? `${share(frames.selected / answered)} of the frames` : '');
  text('waiting', whole.format(outbox.samples));
  text('waiting-bytes', `${bytes(outbox.bytes)} of ${bytes(outbox.limit_bytes)}`);
  text('uploaded', whole.format(uploads.samples));
  text('uploaded-bytes', `${bytes(uploads.bytes)} of pictures`);

  const [low, high] = [filter.lowest_entropy, filter.highest_entropy];
  const range = low === null ? high === null ? 'any' : `below ${nats(high)}` : high === null ? `above ${nats(low)}` : `${nats(low)} to ${nats(high)}`;
  text('uploads-rule', `Kept for upload: frames with an uncertainty of ${range} nats.`);
  $('budget').replaceChildren(...(uploads.budget.length ? uploads.budget.map(budgetBar) : [h('p', { className: 'quiet' }, 'No limit is set.')]));
  const age = (Date.parse(state.agent.time) - Date.parse(state.agent.started)) / 1000;
  $('younger').hidden = !uploads.budget.some(w => w.seconds > age);
  $('uploads-facts').replaceChildren(...facts([
    ['Sent', bytes(cloud.bytes_sent)],
    ['Received', bytes(cloud.bytes_received)],
    ['Samples lost', whole.format(outbox.lost)],
    uploads.largest_share !== null && ['Budget pays for', `${(uploads.largest_share * 100).toFixed(1)} % of the frames`],
  ]));
}

function rate() {
  const recent = seconds.slice(-6, -1);
  if (recent.length < 2) return '';
  const span = (new Date(seconds.at(-1).start) - new Date(recent[0].start)) / 1000;
  const each = recent.reduce((sum, s) => sum + s.answers, 0) / span;
  return Number.isFinite(each) && each > 0 ? `${each >= 10 ? whole.format(Math.round(each)) : each.toFixed(1)} a second` : '';
}

const lengths = { 60: 'minute', 3600: 'hour', 86400: 'day', 2678400: '31 days' };

function budgetBar(window) {
  const name = `Last ${lengths[window.seconds] ?? `${window.seconds} s`}`;
  return h('div', { className: 'bar' },
    h('p', {}, h('span', {}, name), h('span', {}, `${bytes(window.spent_bytes)} of ${bytes(window.limit_bytes)}, ${bytes(window.left_bytes)} left`)),
    h('progress', { max: window.limit_bytes, value: Math.min(window.spent_bytes, window.limit_bytes), ariaLabel: `${name}: bytes used` }));

}

function showAnswers(answers) {
  $('answers').replaceChildren(...answers.toReversed().map(a => h('tr', {},
    h('td', {}, time(a.time)), h('td', {}, named(a.label), ' ', a.kept ? h('span', { className: 'tag good' }, 'kept') : ''),
    h('td', { className: 'number' }, share(a.confidence)), h('td', { className: 'number' }, nats(a.entropy)))));
  if (answers.length && (!pictureUrl || $('picture').hidden)) showAnswer(answers.at(-1));
}

function showAnswer(answer) {
  text('label', named(answer.label));
  text('confidence', share(answer.confidence));
  text('entropy', `${nats(answer.entropy)} of ${nats(state.filter.largest_entropy)} nats`);
  text('answered-by', version(answer.version).replace('the model', 'model'));
  $('kept-now').hidden = !answer.kept;
}

function showParameters(parameters) {
  events = parameters.events;
  state.parameters.version = parameters.version;
  text('parameters-now', `${capital(version(parameters.version))} answers${parameters.on_trial ? ', on trial: it is taken back by itself if it does worse' : ''}. ` +
    `Statistics refreshed ${count(state.parameters.statistics_generation, 'time')}.`);
  const closed = state.page.access === 'closed';
  $('revert').disabled = closed || parameters.version === 0;
  $('revert').title = closed ? 'Start the agent with --http-token-file to allow changes over the network.' : '';
  const shown = JSON.stringify([parameters, closed]);
  if (shown === parametersShown) return;
  parametersShown = shown;
  const rows = [...parameters.kept, { version: 0, active: parameters.version === 0 }];
  $('kept').replaceChildren(...rows.map(k => h('tr', {},
    h('td', {}, k.version === 0 ? 'as built' : `v${k.version}`),
    h('td', { title: k.saved ?? '' }, k.saved ? near.format(new Date(k.saved)) : '–'),
    h('td', {}, k.active ? h('span', { className: 'tag good' }, 'answers now') : k.taken_back ? h('span', {}, h('span', { className: 'tag warn' }, 'taken back'), h('small', {}, k.taken_back)) : 'kept'),
    h('td', {}, ...(k.active || closed ? [] : [h('button', { type: 'button', className: 'small', onclick: () => revert(k.version), ariaLabel: `Go back to ${version(k.version)}` }, 'Use this')])))));
  $('events').replaceChildren(...(events.length ? events.toReversed().map(e => h('li', {},
    h('time', { dateTime: e.time }, time(e.time)),
    h('span', {}, { activated: `Version ${e.version} answers.`, refused: `A set was refused: ${e.reason}.`, reverted: `Went ${e.version < e.reverted ? 'back ' : ''}from ${version(e.reverted)} to ${version(e.version)}: ${e.reason}.` }[e.outcome])))
    : [h('li', { className: 'quiet' }, h('span', {}, ''), h('span', {}, 'No set has come yet.'))]));
}

// The picture: asked for by itself, so that a large one on a slow line keeps no number waiting.

async function watch() {
  if (!state || lostSince) return;
  if (!state.page.pictures) return cover('Pictures are turned off on this device.');
  if (state.page.access === 'closed') return cover('Pictures over the network need a token; the agent was started without one.');
  if (state.page.access === 'token' && (tokenRefused || !sessionStorage.getItem('token'))) return cover('Pictures need the token of this device.', true);
  try {
    const response = await ask('frame', { headers: pictureNumber ? { 'If-None-Match': pictureNumber } : {} }, true);
    if (response.status === 204) return cover('No frame yet.');
    if (response.status === 304) return;
    const url = URL.createObjectURL(await response.blob());
    const picture = $('picture');
    if (pictureUrl) URL.revokeObjectURL(pictureUrl);
    picture.src = pictureUrl = url;
    await picture.decode();
    pictureNumber = response.headers.get('ETag');
    const answer = JSON.parse(response.headers.get('EdgeAdapt-Answer'));
    picture.className = picture.naturalWidth < 200 ? 'tiny' : '';
    picture.alt = `The latest frame, answered as ${named(answer.label)}`;
    picture.hidden = false;
    $('no-picture').hidden = true;
    showAnswer(answer);
  } catch (error) {
    if (error.status === 401) {
      tokenRefused = true;
      cover('Pictures need the token of this device.', true);
    }
  }
}

function cover(why, locked = false) {
  pictureNumber = undefined;
  $('picture').hidden = true;
  $('no-picture').hidden = false;
  $('unlock').hidden = !locked;
  text('no-picture-text', why);
}

// Changes

function answerOf(dialog) {
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }));
}

async function askToken(wrong) {
  $('ask-wrong').hidden = !wrong;
  $('token').value = '';
  if (!await answerOf($('ask')) || !$('token').value) return false;
  sessionStorage.setItem('token', $('token').value.trim());
  $('token').value = '';
  tokenRefused = false;
  return true;
}

function say(message, wrong = false) {
  $('said').className = wrong ? 'said wrong' : 'said';
  text('said', message);
}

async function revert(to) {
  say('');
  $('confirm-text').textContent = `${capital(version(state.parameters.version))} answers now. ${to === undefined ? 'The last good set' : capital(version(to))} ` +
    'will answer, and the device tells the cloud that an operator asked for it. Sets that came after it are not taken again unless they are sent anew.';
  if (!await answerOf($('confirm'))) return;
  for (let wrong = false; ; wrong = true) {
    if (state.page.access === 'token' && (wrong || !sessionStorage.getItem('token')) && !await askToken(wrong)) return;
    try {
      const parameters = await (await ask('parameters/revert', {
        method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(to === undefined ? {} : { version: to }),
      }, true)).json();
      showParameters(parameters);
      return say(`Done: ${version(parameters.version)} answers now.`);
    } catch (error) {
      if (error.status !== 401) return say(error.status ? error.message : 'The device did not answer; look at the list below whether it went back.', true);
    }
  }
}

// The chart

const steps = [5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];
let place;

function draw() {
  const box = $('chart');
  const [width, height] = [box.clientWidth, box.clientHeight];
  if (width < 50 || !state) return;
  const [left, right, top, bottom, lane] = [46, 12, 20, 36, 26];
  const times = seconds.map(s => Date.parse(s.start));
  const end = times.at(-1) ?? Date.parse(state.agent.time);
  const begin = Math.min(times[0] ?? end, end - 60000);
  const ceiling = state.filter.largest_entropy;
  const base = height - bottom - lane;
  const x = t => left + (t - begin) / (end - begin) * (width - left - right);
  const y = v => base - Math.min(v, ceiling) / ceiling * (base - top);
  place = { x, y, times, top, floor: height - bottom };
  const parts = [];
  const unit = ceiling > 4 ? 1 : 0.5;
  for (let v = 0; v <= ceiling; v += unit) {
    parts.push(line('grid', left, width - right, y(v), y(v)), label(left - 7, y(v) + 4, v.toFixed(1), 'end'));
  }

  const step = 1000 * (steps.find(s => (end - begin) / 1000 / s <= (width < 480 ? 3 : 6)) ?? 86400);
  for (let t = Math.ceil(begin / step) * step; t <= end; t += step) {
    if (x(t) < width - 24 && x(t) > left + 10) parts.push(label(x(t), height - 20, clock.format(t).slice(0, step < 60000 ? 8 : 5), 'middle'));
  }

  parts.push(label(4, 12, 'nats'), label((left + width - right) / 2, height - 4, 'time of day', 'middle'));
  const gaps = times.slice(1).map((t, i) => t - times[i]).sort((a, b) => a - b);
  const longest = Math.max(5000, 4 * (gaps[gaps.length >> 1] ?? 0));
  for (let i = 0, from = 0; i < seconds.length; i++) {
    if (i + 1 < seconds.length && times[i + 1] - times[i] <= longest) continue;
    const run = seconds.slice(from, i + 1).map((s, j) => [x(times[from + j]).toFixed(1), s]);
    from = i + 1;
    if (run.length === 1) parts.push(svg('circle', { class: 'mean', cx: run[0][0], cy: y(run[0][1].mean_entropy), r: 2.5 }));
    const upper = run.map(([px, s]) => `${px},${y(s.highest_entropy).toFixed(1)}`);
    const lower = run.map(([px, s]) => `${px},${y(s.lowest_entropy).toFixed(1)}`).reverse();
    parts.push(svg('polygon', { class: 'range', points: [...upper, ...lower].join(' ') }),
      svg('polyline', { class: 'mean', points: run.map(([px, s]) => `${px},${y(s.mean_entropy).toFixed(1)}`).join(' ') }));
  }

  for (const limit of [state.filter.lowest_entropy, state.filter.highest_entropy]) {
    if (limit !== null) parts.push(line('limit', left, width - right, y(limit), y(limit)));
  }

  const tallest = Math.max(1, ...seconds.map(s => s.kept));
  const bar = Math.max(1, Math.min(6, (width - left - right) / Math.max(60, seconds.length) - 1));
  seconds.forEach((s, i) => {
    if (s.kept) {
      const tall = Math.max(3, s.kept / tallest * (lane - 8));
      parts.push(svg('rect', { class: 'bars', x: Math.min(x(times[i]), width - right - bar), y: height - bottom - tall, width: bar, height: tall }));
    }
  });
  const marks = new Map();
  for (const e of events.filter(e => e.outcome !== 'refused' && Date.parse(e.time) >= begin && Date.parse(e.time) <= end + 2000)) {
    const at = Math.min(x(Date.parse(e.time)), width - right);
    parts.push(line(`mark ${e.outcome}`, at, at, top - 4, height - bottom));
    marks.set(Math.round(at / 34), label(at, top - 8, e.version === 0 ? 'as built' : `v${e.version}`, at > width - 40 ? 'end' : 'middle', e.outcome));
  }
  parts.push(...marks.values());

  const overlay = svg('g', { id: 'cursor' });
  box.replaceChildren(svg('svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img', 'aria-label': summary() }, ...parts, overlay));
  point();
}

const summary = () => seconds.length ? `Uncertainty over the last ${count(seconds.length, 'second')} with answers; now ${nats(seconds.at(-1).mean_entropy)} nats` : 'No answers yet';

function point() {
  const at = cursor === undefined ? -1 : seconds.findIndex(s => s.number === cursor);
  const overlay = $('cursor');
  if (!overlay) return;
  if (at < 0) return overlay.replaceChildren();
  const s = seconds[at];
  const px = place.x(place.times[at]);
  overlay.replaceChildren(line('cursor', px, px, place.top, place.floor), svg('circle', { class: 'mean', cx: px, cy: place.y(s.mean_entropy), r: 4 }));
  const marks = events.filter(e => Math.abs(Date.parse(e.time) - place.times[at]) < 2000 && e.outcome !== 'refused').map(e => ` · ${e.outcome === 'reverted' ? 'went back to' : 'new:'} ${version(e.version)}`);
  text('reading', `${time(s.start)} · ${nats(s.mean_entropy)} nats (${nats(s.lowest_entropy)} to ${nats(s.highest_entropy)}) · ${share(s.mean_confidence)} sure · ` +
    `${count(s.answers, 'frame')}, ${whole.format(s.kept)} kept${marks.join('')}`);
}

const hint = $('reading').textContent;
function unpoint() {
  cursor = undefined;
  point();
  text('reading', hint);
}

// Drift

function showDrift(drift) {
  $('drift').hidden = !drift.frames;
  if (!drift.frames) return;
  const last = drift.changes.at(-1);
  text('drift-verdict', last ? `${count(drift.found, 'change')} found, the last at ${day.format(new Date(last.time))}: ${changeText(last)}` : `No change found in ${count(drift.frames, 'frame')}.`);
  $('drift-facts').replaceChildren(...facts([
    ['Nearness of an alarm', share(Math.min(1, drift.suspicion))],
    drift.recent && ['Uncertainty, last / all', `${[drift.recent, drift.total].map(w => nats(w.mean_entropy * state.filter.largest_entropy)).join(' / ')} nats`],
    drift.shift !== null && ['Inputs moved by', `${drift.shift.toFixed(2)} deviations`],
  ]));
  const recent = drift.recent ?? drift.total;
  text('drift-recent', `last ${count(recent.frames, 'frame')}`);
  $('drift-entropy').replaceChildren(columns(recent, drift.total));
  $('drift-classes').replaceChildren(rows(drift.classes, recent.frames, drift.total.frames));
}

function changeText(change) {
  const what = { rise: 'answers became less certain', fall: 'answers became more certain' }[change.direction] ?? 'what comes in looks different';
  return `${what}${change.parameters_changed ? '; the parameters had changed, too' : ''}.`;
}

function columns(recent, total) {
  const [width, height, foot] = [300, 130, 110];
  const shares = w => w.entropy.map(v => v / w.frames);
  const [now, all] = [shares(recent), shares(total)];
  const tallest = Math.max(0.01, ...now, ...all);
  const step = (width - 4) / now.length;
  const tall = v => v / tallest * (height - 30);
  const parts = now.flatMap((v, i) => [
    svg('rect', { class: 'recent', x: 2 + i * step, y: foot - tall(v), width: step - 1.5, height: tall(v) }),
    svg('path', { class: 'total', d: `M${2 + i * step} ${foot - tall(all[i])}h${step - 1.5}` })]);
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `The last ${recent.frames} frames by uncertainty, beside all frames` }, ...parts,
    label(2, height - 5, 'certain'), label(width - 2, height - 5, 'no idea', 'end'), label(width - 2, 11, `highest ${share(tallest)}`, 'end'));
}

function rows(classes, recent, total) {
  const shown = classes.slice(0, 8);
  const [width, tall, left] = [300, 17, 122];
  const longest = Math.max(0.01, ...shown.flatMap(c => [c.recent / recent, c.total / total]));
  const long = v => v / longest * 130;
  const parts = shown.flatMap((c, i) => [
    label(0, i * tall + 12, c.label.length > 17 ? `${named(c.label).slice(0, 16)}…` : named(c.label)),
    svg('rect', { class: 'recent', x: left, y: i * tall + 2, width: long(c.recent / recent), height: tall - 5 }),
    svg('path', { class: 'total', d: `M${left + long(c.total / total)} ${i * tall + 1}v${tall - 3}` }),
    label(width, i * tall + 12, share(c.recent / recent), 'end')]);
  return svg('svg', { viewBox: `0 0 ${width} ${shown.length * tall}`, role: 'img', 'aria-label': `The last ${recent} frames by answer: ${shown.map(c => `${named(c.label)} ${share(c.recent / recent)}`).join(', ')}` }, ...parts);
}

// Running

async function every(work, pause) {
  for (;;) {
    if (document.hidden) await new Promise(resolve => document.addEventListener('visibilitychange', resolve, { once: true }));
    await work();
    await new Promise(resolve => setTimeout(resolve, pause));
  }
}

for (const button of document.querySelectorAll('.cancel')) button.addEventListener('click', () => button.closest('dialog').close('no'));
$('revert').addEventListener('click', () => revert());
$('unlock').addEventListener('click', async () => {
  if (await askToken(tokenRefused)) await watch();
});
$('chart').addEventListener('pointermove', event => {
  const px = event.clientX - $('chart').getBoundingClientRect().left;
  const distances = (place?.times ?? []).map(t => Math.abs(place.x(t) - px));
  cursor = seconds[distances.indexOf(Math.min(...distances))]?.number;
  point();
});
$('chart').addEventListener('pointerleave', unpoint);
$('chart').addEventListener('blur', unpoint);
$('chart').addEventListener('keydown', event => {
  const way = { ArrowLeft: -1, ArrowRight: 1, Home: -most, End: most }[event.key];
  if (!way || !seconds.length) return;
  event.preventDefault();
  const at = cursor === undefined ? seconds.length - 1 : seconds.findIndex(s => s.number === cursor) + way;
  cursor = seconds[Math.max(0, Math.min(seconds.length - 1, at))].number;
  point();
});
new ResizeObserver(draw).observe($('chart'));
every(look, period);
every(watch, period / 2);
