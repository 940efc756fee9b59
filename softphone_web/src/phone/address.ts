/** `url` as an absolute ws(s) address; a path belongs to the page's own origin. */
export function socketAddress(url: string, base: string): string {
  const absolute = new URL(url, base);
  absolute.protocol = absolute.protocol.replace(/^http/, "ws");
  return absolute.href;
}
