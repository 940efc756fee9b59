import { expect, test } from "vitest";
import {
  bitAt,
  Headset,
  type HidCollection,
  type HidDevice,
  layoutOf,
  openHeadset,
} from "./headset";

/** As a common headset describes itself: report 2 has buttons, report 3 has lights. */
const COLLECTIONS: HidCollection[] = [
  {
    usagePage: 0x0b,
    inputReports: [
      {
        reportId: 2,
        items: [
          { usages: [0x0b0020], reportSize: 1, reportCount: 1 },
          {
            isRange: true,
            usageMinimum: 0x0b002e,
            usageMaximum: 0x0b0030,
            reportSize: 1,
            reportCount: 3,
          },
          { usages: [], reportSize: 1, reportCount: 12 },
        ],
      },
    ],
    outputReports: [
      {
        reportId: 3,
        items: [
          { usages: [], reportSize: 1, reportCount: 7 },
          { usages: [0x080009, 0x080017, 0x080018], reportSize: 1, reportCount: 3 },
        ],
      },
    ],
  },
];

class FakeDevice extends EventTarget implements HidDevice {
  opened = false;
  productName = "Headset 20";
  collections = COLLECTIONS;
  readonly sent: [number, number[]][] = [];

  async open(): Promise<void> {
    this.opened = true;
  }

  async close(): Promise<void> {
    this.opened = false;
  }

  async sendReport(reportId: number, data: BufferSource): Promise<void> {
    this.sent.push([reportId, [...(data as Uint8Array)]]);
  }

  say(...bytes: number[]): void {
    const data = new DataView(Uint8Array.from(bytes).buffer);
    this.dispatchEvent(Object.assign(new Event("inputreport"), { reportId: 2, data }));
  }
}

test("finds buttons and lights in the descriptor", () => {
  const { inputs, outputs, sizes } = layoutOf(COLLECTIONS);
  expect(inputs).toEqual({ hook: { report: 2, bit: 0 }, mute: { report: 2, bit: 2 } });
  expect(outputs).toEqual({
    muteLight: { report: 3, bit: 7 },
    hookLight: { report: 3, bit: 8 },
    ringLight: { report: 3, bit: 9 },
  });
  expect(sizes).toEqual({ 3: 2 });
});

test("a report of something else says nothing", () => {
  const data = new DataView(new ArrayBuffer(1));
  expect(bitAt({ report: 2, bit: 0 }, 5, data)).toBeNull();
  expect(bitAt({ report: 2, bit: 12 }, 2, data)).toBeNull();
});

test("hook and mute buttons are told once, lights are sent once", async () => {
  const device = new FakeDevice();
  const told: string[] = [];
  const headset = new Headset(device, {
    onHook: (off) => told.push(off ? "off-hook" : "on-hook"),
    onMute: () => told.push("mute"),
  });
  device.say(1, 0);
  device.say(1, 0);
  device.say(0b101, 0);
  device.say(0b101, 0);
  device.say(0b001, 0);
  device.say(0, 0);
  expect(told).toEqual(["off-hook", "mute", "on-hook"]);
  await headset.show({ ringing: true, offHook: false, muted: false });
  await headset.show({ ringing: true, offHook: false, muted: false });
  await headset.show({ ringing: false, offHook: true, muted: true });
  expect(device.sent).toEqual([
    [3, [0, 2]],
    [3, [128, 1]],
  ]);
});

test("the hook's word after its own light changed is no button", async () => {
  const device = new FakeDevice();
  const told: boolean[] = [];
  const headset = new Headset(device, { onHook: (off) => told.push(off), onMute: () => undefined });
  await headset.show({ ringing: false, offHook: true, muted: false });
  device.say(1, 0);
  expect(told).toEqual([]);
  device.say(0, 0);
  expect(told).toEqual([false]);
});

test("only a device for telephony is opened", async () => {
  const device = new FakeDevice();
  const mouse = Object.assign(new FakeDevice(), { collections: [{ usagePage: 1 }] });
  const on = { onHook: () => undefined, onMute: () => undefined };
  const hid = { getDevices: async () => [mouse, device], requestDevice: async () => [mouse] };
  expect((await openHeadset(hid, on, false))?.name).toBe("Headset 20");
  expect(device.opened).toBe(true);
  expect(await openHeadset(hid, on, true)).toBeNull();
});
