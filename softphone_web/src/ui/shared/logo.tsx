/** Four jacks of a switchboard; a cord joins two of them. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <path
        d="M10 10c11 0 1 12 12 12"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <circle cx="22" cy="10" r="2.6" fill="#fff" opacity="0.4" />
      <circle cx="10" cy="22" r="2.6" fill="#fff" opacity="0.4" />
      <circle cx="10" cy="10" r="3.8" fill="#fff" />
      <circle cx="22" cy="22" r="3.8" fill="#fff" />
    </svg>
  );
}
