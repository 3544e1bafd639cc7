
'use strict';

const $ = id => document.getElementById(id);
const objects = $('objects');
const pageSize = 50;
let cursor;
let listings = 0;
let uploads = Promise.resolve();

const shell = word => /^[\w@%+=:,./-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";
const pathOfBucket = bucket => '/v1/objects/' + bucket;

// Each segment by itself: a slash in a name is a slash, while %, # and ? are characters of it.
function pathOf(bucket, name) {
  const segments = name.split('/');
  // A browser resolves these before it sends anything, and would reach something else.
  if (segments.some(segment => segment === '.' || segment === '..')) {
    throw new Error(name + ': "." and ".." are not possible in a name');
  }
  return pathOfBucket(bucket) + '/' + segments.map(encodeURIComponent).join('/');
}

// What curl calls the file here; a name that starts with "-" would be an option.
function fileOf(name) {
  const file = name.slice(name.lastIndexOf('/') + 1) || 'object';
  return shell(file.startsWith('-') ? './' + file : file);
}

function showCurl(options, path) {
  $('curl').textContent = 'curl ' + options + shell(location.origin + path);
}

function say(text, failed = false) {
  $('message').textContent = text;
  $('message').classList.toggle('error', failed);
}

function reasonOf(status, body) {
  try {
    const problem = JSON.parse(body);
    return status + ': ' + (problem.detail || problem.msg || problem.title);
  } catch {
    return String(status);
  }
}

async function ask(path, options) {
  const response = await fetch(path, options).catch(() => {
    throw new Error('No response: is the launcher still running?');
  });
  if (!response.ok) {
    throw new Error(reasonOf(response.status, await response.text()));
  }
  return response;
}

// Whatever a button does: its failure is a line on the page.
const attempt = action => async (...given) => {
  try {
    await action(...given);
  } catch (failure) {
    say(failure.message, true);
  }
};

function cell(kind, text) {
  const made = document.createElement(kind);
  made.textContent = text;
  return made;
}

function rowOf(bucket, object) {
  const row = document.createElement('tr');
  // Written through the API of 2018: its key is a hash of a name that is stored nowhere.
  const known = object.name !== null;
  const name = cell('th', known ? object.name : object.key + ' (a key: its name is not stored)');
  name.scope = 'row';
  name.classList.toggle('key', !known);
  const changed = object.lastModified ? new Date(object.lastModified).toLocaleString() : '';
  row.append(name, cell('td', object.size.toLocaleString()), cell('td', changed), cell('td', ''));
  row.dataset.id = known ? 'name:' + object.name : 'key:' + object.key;
  if (known) {
    const path = pathOf(bucket, object.name);
    row.lastChild.append(downloadOf(object.name, path), removalOf(object.name, path, row));
  }
  return row;
}

function downloadOf(name, path) {
  const link = cell('a', 'Download');
  link.href = path;
  link.download = name.slice(name.lastIndexOf('/') + 1);
  link.setAttribute('aria-label', 'Download ' + name);
  link.onclick = () => showCurl('-o ' + fileOf(name) + ' ', path);
  return link;
}

function removalOf(name, path, row) {
  const button = cell('button', 'Delete');
  button.setAttribute('aria-label', 'Delete ' + name);
  button.onclick = attempt(async () => {
    if (!confirm('Delete ' + name + '?')) {
      return;
    }
    showCurl('-X DELETE ', path);
    await ask(path, {method: 'DELETE'});
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (next?.querySelector('button') ?? $('files')).focus();
    showWhetherEmpty();
    say('Deleted ' + name + '.');
  });
  return button;
}

// In place of the row that the same object may have already.
function add(row, first) {
  [...objects.rows].find(other => other.dataset.id === row.dataset.id)?.remove();
  objects[first ? 'prepend' : 'append'](row);
}

// A page can be empty and not the last.
function showWhetherEmpty() {
  $('empty').hidden = objects.rows.length > 0 || Boolean(cursor);
}

async function list(from) {
  const listing = ++listings;
  const query = '?' + new URLSearchParams({limit: pageSize, ...(from && {cursor: from})});
  const bucket = $('bucket').value;
  const path = pathOfBucket(bucket);
  const page = await (await ask(path + query)).json();
  if (listing !== listings) {
    return;  // a late response for another bucket
  }
  if (!from) {
    objects.replaceChildren();
  }
  page.objects.forEach(object => add(rowOf(bucket, object), false));
  cursor = page.cursor;
  $('more').hidden = !cursor;
  showWhetherEmpty();
  showCurl('', path + query);
}

// XMLHttpRequest, because fetch does not tell how much has been sent. Both read the file as they send it.
function put(file, path) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open('PUT', path);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = event => {
      $('progress').max = event.total || 1;
      $('progress').value = event.loaded;
    };
    request.onload = () => request.status < 300
      ? done(JSON.parse(request.responseText))
      : failed(new Error(file.name + ': ' + reasonOf(request.status, request.responseText)));
    request.onerror = () => failed(new Error(file.name + ': the connection broke, or this is no file that can be read'));
    request.onabort = () => failed(new Error(file.name + ': cancelled, nothing was stored'));
    $('cancel').onclick = () => request.abort();
    request.send(file);
  });
}

async function upload(file, bucket) {
  const path = pathOf(bucket, file.name);
  $('sending').textContent = 'Sending ' + file.name;
  $('progress').value = 0;
  $('transfer').hidden = false;
  const globs = /[[\]{}]/.test(file.name) ? '-g ' : '';
  const type = file.type ? '-H ' + shell('Content-Type: ' + file.type) + ' ' : '';
  showCurl(globs + type + '-T ' + fileOf(file.name) + ' ', path);
  try {
    const stored = await put(file, path);
    if (bucket === $('bucket').value) {
      const row = rowOf(bucket, stored);
      row.classList.add('new');
      add(row, true);
      $('empty').hidden = true;
    }
    say('Stored ' + stored.name + ', ' + stored.size.toLocaleString() + ' bytes.');
  } finally {
    $('transfer').hidden = true;
  }
}

// One after the other, each for the bucket that was shown when it was chosen. What failed stays to be read behind what did not.
function uploadAll(files) {
  const bucket = $('bucket').value;
  const failures = [];
  for (const file of files) {
    uploads = uploads
      .then(() => upload(file, bucket))
      .catch(failure => failures.push(failure.message))
      .then(() => failures.length && say(failures.join('\n'), true));
  }
}

const relist = attempt(() => {
  say('');
  return list();
});
$('bucket').onchange = () => {
  objects.replaceChildren();
  relist();
};
$('refresh').onclick = relist;
$('more').onclick = attempt(() => list(cursor));
$('copy').onclick = attempt(async () => {
  await navigator.clipboard.writeText($('curl').textContent);
  say('Copied.');
});
$('files').onchange = event => {
  uploadAll(event.target.files);
  event.target.value = '';
};
// Anywhere on the page, or a file that misses the field would replace the page.
addEventListener('dragover', event => {
  event.preventDefault();
  $('drop').classList.add('over');
});
addEventListener('dragleave', () => $('drop').classList.remove('over'));
addEventListener('drop', event => {
  event.preventDefault();
  $('drop').classList.remove('over');
  uploadAll(event.dataTransfer.files);
});
relist();
