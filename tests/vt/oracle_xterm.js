// The screens that xterm.js makes of a recording, for tests/vt/streams:
//
//   npm install @xterm/headless @xterm/addon-unicode11
//   node tests/vt/oracle_xterm.js NAME.raw NAME.at > NAME.xterm
//
// Per offset in NAME.at: "@ offset row,col", then 40 rows as text with SGR.
const fs = require("fs"), path = require("path");
const need = (m) => require(require.resolve(m, { paths: [process.cwd(), __dirname, process.env.NODE_PATH || "."] }));
const { Terminal } = need("@xterm/headless");
const { Unicode11Addon } = need("@xterm/addon-unicode11");

const term = new Terminal({ cols: 120, rows: 40, scrollback: 1000, allowProposedApi: true });
term.loadAddon(new Unicode11Addon());
term.unicode.activeVersion = "11";

const raw = fs.readFileSync(process.argv[2]);
const at = fs.readFileSync(process.argv[3], "utf8").trim().split("\n").map(Number);

function color(cell, which, base) {
	const c = which === "fg" ? cell.getFgColor() : cell.getBgColor();
	if (which === "fg" ? cell.isFgPalette() : cell.isBgPalette()) return `;${base};5;${c}`;
	if (which === "fg" ? cell.isFgRGB() : cell.isBgRGB()) return `;${base};2;${c >> 16};${(c >> 8) & 255};${c & 255}`;
	return "";
}

function sgr(cell) {
	let s = "0";
	if (cell.isBold()) s += ";1";
	if (cell.isDim()) s += ";2";
	if (cell.isItalic()) s += ";3";
	if (cell.isUnderline()) s += ";4";
	if (cell.isBlink()) s += ";5";
	if (cell.isInverse()) s += ";7";
	if (cell.isInvisible()) s += ";8";
	if (cell.isStrikethrough()) s += ";9";
	return s + color(cell, "fg", 38) + color(cell, "bg", 48);
}

function screen(offset) {
	const b = term.buffer.active;
	let out = `@ ${offset} ${b.cursorY},${Math.min(b.cursorX, 119)}\n`;
	for (let y = 0; y < 40; y++) {
		const line = b.getLine(b.baseY + y);
		let now = "0", s = "";
		for (let x = 0; x < 120; x++) {
			const cell = line.getCell(x);
			if (cell.getWidth() === 0) continue;
			const want = sgr(cell);
			if (want !== now) s += `\x1b[${want}m`;
			now = want;
			s += cell.getChars() || " ";
		}
		out += s + (now === "0" ? "" : "\x1b[0m") + "\n";
	}
	return out.replace(/ +\n/g, "\n");
}

(async () => {
	let done = 0;
	for (const end of at) {
		await new Promise((ok) => term.write(raw.subarray(done, end), ok));
		done = end;
		process.stdout.write(screen(end));
	}
})();
