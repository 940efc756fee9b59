/**
 * Buttons and lights of a headset over WebHID, as USB-IF's usage tables describe them: page
 * 0x0B (telephony) for hook switch and mute, page 0x08 (LED) for what the headset shows.
 *
 * Loaded only for people who have connected one.
 */

const TELEPHONY = 0x0b;
const LED = 0x08;

const USAGES = {
  hook: (TELEPHONY << 16) | 0x20,
  mute: (TELEPHONY << 16) | 0x2f,
  muteLight: (LED << 16) | 0x09,
  hookLight: (LED << 16) | 0x17,
  ringLight: (LED << 16) | 0x18,
} as const;
type Usage = keyof typeof USAGES;

// What is used of WebHID; TypeScript's DOM does not have it yet.

export interface HidItem {
  usages?: readonly number[];
  usageMinimum?: number;
  usageMaximum?: number;
  isRange?: boolean;
  reportSize?: number;
  reportCount?: number;
}

export interface HidReport {
  reportId?: number;
  items?: readonly HidItem[];
}

export interface HidCollection {
  usagePage?: number;
  inputReports?: readonly HidReport[];
  outputReports?: readonly HidReport[];
  children?: readonly HidCollection[];
}

export interface HidDevice extends EventTarget {
  readonly opened: boolean;
  readonly productName: string;
  readonly collections: readonly HidCollection[];
  open(): Promise<void>;
  close(): Promise<void>;
  sendReport(reportId: number, data: BufferSource): Promise<void>;
}

export interface Hid {
  getDevices(): Promise<HidDevice[]>;
  requestDevice(options: { filters: { usagePage: number }[] }): Promise<HidDevice[]>;
}

/** Where in a report a button or light is. */
export interface Place {
  report: number;
  /** Bits from the beginning of the report's data. */
  bit: number;
}

export interface Layout {
  inputs: Partial<Record<Usage, Place>>;
  outputs: Partial<Record<Usage, Place>>;
  /** Bytes of each output report. */
  sizes: Readonly<Record<number, number>>;
}

export function layoutOf(collections: readonly HidCollection[]): Layout {
  const inputs: Layout["inputs"] = {};
  const outputs: Layout["outputs"] = {};
  const sizes: Record<number, number> = {};
  const look = (collection: HidCollection) => {
    for (const report of collection.inputReports ?? []) places(report, inputs);
    for (const report of collection.outputReports ?? []) {
      const bits = places(report, outputs);
      const id = report.reportId ?? 0;
      sizes[id] = Math.max(sizes[id] ?? 0, Math.ceil(bits / 8));
    }
    for (const child of collection.children ?? []) look(child);
  };
  for (const each of collections) look(each);
  return { inputs, outputs, sizes };
}

/** Notes where the known usages of `report` are; its length in bits. */
function places(report: HidReport, into: Partial<Record<Usage, Place>>): number {
  let bit = 0;
  for (const item of report.items ?? []) {
    const size = item.reportSize ?? 0;
    const count = item.reportCount ?? 0;
    usagesOf(item, count).forEach((usage, n) => {
      const name = nameOf(usage);
      if (name) into[name] ??= { report: report.reportId ?? 0, bit: bit + n * size };
    });
    bit += size * count;
  }
  return bit;
}

function usagesOf(item: HidItem, count: number): readonly number[] {
  if (!item.isRange) return (item.usages ?? []).slice(0, count);
  const first = item.usageMinimum ?? 0;
  const length = Math.min(count, (item.usageMaximum ?? first) - first + 1);
  return Array.from({ length }, (_, n) => first + n);
}

function nameOf(usage: number): Usage | null {
  const found = Object.entries(USAGES).find(([, value]) => value === usage);
  return found ? (found[0] as Usage) : null;
}

/** Whether the bit at `place` is set; null where `report` is another one. */
export function bitAt(place: Place | undefined, report: number, data: DataView): boolean | null {
  if (!place || place.report !== report) return null;
  const byte = place.bit >> 3;
  if (byte >= data.byteLength) return null;
  return ((data.getUint8(byte) >> (place.bit & 7)) & 1) === 1;
}

export interface Lights {
  ringing: boolean;
  /** In a call. */
  offHook: boolean;
  muted: boolean;
}

/** The output reports that show `lights`. */
export function reportsFor(layout: Layout, lights: Lights): Map<number, Uint8Array<ArrayBuffer>> {
  const wanted: [Usage, boolean][] = [
    ["ringLight", lights.ringing],
    ["hookLight", lights.offHook],
    ["muteLight", lights.muted],
  ];
  const reports = new Map<number, Uint8Array<ArrayBuffer>>();
  for (const [usage, on] of wanted) {
    const place = layout.outputs[usage];
    if (!place) continue;
    const data = reports.get(place.report) ?? new Uint8Array(layout.sizes[place.report] ?? 1);
    reports.set(place.report, data);
    const byte = place.bit >> 3;
    if (on) data[byte] = (data[byte] ?? 0) | (1 << (place.bit & 7));
  }
  return reports;
}

export interface HeadsetEvents {
  /** The hook switch: true is "answer" or "in a call", false is "hang up". */
  onHook(offHook: boolean): void;
  /** The mute button was pressed. */
  onMute(): void;
}

export class Headset {
  private readonly layout: Layout;
  private lights: Lights = { ringing: false, offHook: false, muted: false };
  private hook = false;
  private muteHeld = false;

  constructor(
    private readonly device: HidDevice,
    private readonly on: HeadsetEvents,
  ) {
    this.layout = layoutOf(device.collections);
    device.addEventListener("inputreport", this.heard);
  }

  get name(): string {
    return this.device.productName;
  }

  /** Lets the headset show what is so; harmless when it does already. */
  async show(lights: Lights): Promise<void> {
    const same = (Object.keys(lights) as (keyof Lights)[]).every(
      (each) => lights[each] === this.lights[each],
    );
    if (same) return;
    this.lights = lights;
    // The headset follows its light: its next word about the hook is a button pressed.
    this.hook = lights.offHook;
    for (const [id, data] of reportsFor(this.layout, lights)) {
      await this.device.sendReport(id, data).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.device.removeEventListener("inputreport", this.heard);
    await this.device.close().catch(() => undefined);
  }

  private readonly heard = (event: Event): void => {
    const { reportId, data } = event as Event & { reportId: number; data: DataView };
    const { inputs } = this.layout;
    const hook = bitAt(inputs.hook, reportId, data);
    if (hook !== null && hook !== this.hook) {
      this.hook = hook;
      this.on.onHook(hook);
    }
    const mute = bitAt(inputs.mute, reportId, data);
    if (mute === null) return;
    // A button that is held reports more than once.
    if (mute && !this.muteHeld) this.on.onMute();
    this.muteHeld = mute;
  };
}

/** The headset that the user allowed earlier, or (`ask`, from a click) chooses now. */
export async function openHeadset(
  hid: Hid,
  on: HeadsetEvents,
  ask: boolean,
): Promise<Headset | null> {
  const devices = ask
    ? await hid.requestDevice({ filters: [{ usagePage: TELEPHONY }] })
    : await hid.getDevices();
  const telephony = (each: HidDevice) =>
    each.collections.some((collection) => collection.usagePage === TELEPHONY);
  const device = devices.find(telephony);
  if (!device) return null;
  if (!device.opened) await device.open();
  return new Headset(device, on);
}
