/** The app's own icons: 24 units square, drawn with one stroke. */
import type { SVGProps } from "react";

const PATHS = {
  phone:
    "M6.2 3.8 8.8 3.4a1.2 1.2 0 0 1 1.3.8l1 2.8a1.2 1.2 0 0 1-.3 1.3L9.2 9.8a12.4 12.4 0 0 0 5 5l1.5-1.6a1.2 1.2 0 0 1 1.3-.3l2.8 1a1.2 1.2 0 0 1 .8 1.3l-.4 2.6a2 2 0 0 1-2 1.7C10.6 19.5 4.5 13.4 4.5 5.8a2 2 0 0 1 1.7-2Z",
  hangup:
    "M3.2 13.8v-1.3c0-1 .5-1.8 1.4-2.3a15.6 15.6 0 0 1 14.8 0c.9.5 1.4 1.3 1.4 2.3v1.3a1.3 1.3 0 0 1-1.6 1.3l-2.7-.7a1.3 1.3 0 0 1-1-1.2v-1.7a12 12 0 0 0-7 0v1.7a1.3 1.3 0 0 1-1 1.2l-2.7.7a1.3 1.3 0 0 1-1.6-1.3Z",
  microphone:
    "M12 3.5a2.7 2.7 0 0 1 2.7 2.7v5a2.7 2.7 0 0 1-5.4 0v-5A2.7 2.7 0 0 1 12 3.5ZM5.8 11a6.2 6.2 0 0 0 12.4 0M12 17.2v3.3",
  microphoneOff:
    "M9.3 9.3v1.9a2.7 2.7 0 0 0 4.3 2.2M14.7 10V6.2a2.7 2.7 0 0 0-5.3-.7M5.8 11a6.2 6.2 0 0 0 9.7 5.1M17.6 13.6a6.2 6.2 0 0 0 .6-2.6M12 17.2v3.3M4 4l16 16",
  keypad:
    "M6 5.5h.01M12 5.5h.01M18 5.5h.01M6 12h.01M12 12h.01M18 12h.01M6 18.5h.01M12 18.5h.01M18 18.5h.01",
  outbound: "M7 17 17 7M9 7h8v8",
  inbound: "M17 7 7 17M15 17H7V9",
  voicemail:
    "M6.5 15.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7Zm0 0h11m0 0a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7Z",
  chevron: "m7 10 5 5 5-5",
  close: "m6.5 6.5 11 11m0-11-11 11",
  check: "m5 12.5 4.5 4.5L19 7.5",
  alert:
    "M12 8.5v4.5m0 3.3v.01M10.3 4.3 2.9 17a2 2 0 0 0 1.7 3h14.8a2 2 0 0 0 1.7-3L13.7 4.3a2 2 0 0 0-3.4 0Z",
  clock: "M12 7v5l3 2M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z",
  search: "M10.8 4.5a6.3 6.3 0 1 1 0 12.6 6.3 6.3 0 0 1 0-12.6Zm4.6 10.9 4.1 4.1",
  globe:
    "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Zm-8.5 8.5h17M12 3.5c2.3 2.4 3.5 5.3 3.5 8.5s-1.2 6.1-3.5 8.5c-2.3-2.4-3.5-5.3-3.5-8.5s1.2-6.1 3.5-8.5Z",
  people:
    "M9 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM2.8 19.5a6.2 6.2 0 0 1 12.4 0M15.5 4.9a3.5 3.5 0 0 1 0 6.2M17 14a6.2 6.2 0 0 1 4.2 5.5",
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h15.5M4 15h15.5",
  sum: "M17.5 7.5V5h-11l6 7-6 7h11v-2.5",
  download: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M4.5 19.5h15",
  send: "M20.5 3.5 10 14m10.5-10.5-6.5 17-4-6.5-6.5-4 17-6.5Z",
  headset:
    "M4.5 14v-2a7.5 7.5 0 0 1 15 0v2m-15-.5h2a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1h-1a1 1 0 0 1-1-1v-5Zm15 0h-2a1 1 0 0 0-1 1v4a1 1 0 0 0 1 1h1a1 1 0 0 0 1-1v-5Z",
  signOut: "M14 4.5H6.5a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1H14M10 12h10m0 0-3.5-3.5M20 12l-3.5 3.5",
  bell: "M6 10a6 6 0 0 1 12 0c0 5 2 6.5 2 6.5H4S6 15 6 10Zm4 9.5a2.2 2.2 0 0 0 4 0",
  list: "M4.5 6.5h15M4.5 12h15M4.5 17.5h9",
  calculator:
    "M6 3.5h12a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1Zm2.5 4h7M8.5 12h.01M12 12h.01M15.5 12h.01M8.5 16h.01M12 16h.01M15.5 16h.01",
} as const;

export type IconName = keyof typeof PATHS;

type IconProps = SVGProps<SVGSVGElement> & { name: IconName; size?: number };

export function Icon({ name, size = 20, ...rest }: IconProps) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "keypad" ? 2.6 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
