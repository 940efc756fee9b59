/** Pages by path, with the browser's own history. */
import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { useStore, Value } from "./use-store";

const path = new Value(window.location.pathname);

window.addEventListener("popstate", () => path.set(window.location.pathname));

export function usePath(): string {
  return useStore(path);
}

export function navigate(to: string, replace = false): void {
  if (replace) window.history.replaceState(null, "", to);
  else window.history.pushState(null, "", to);
  path.set(window.location.pathname);
}

/** Back from one thing to its list, unless another page was opened meanwhile. */
export function closeAt(list: string): void {
  if (window.location.pathname.startsWith(`${list}/`)) navigate(list);
}

/** The first part of a path: "/history/4711" is in "history". */
export function sectionOf(path: string): string {
  return path.split("/")[1] ?? "";
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

/** A real link: opens in a new tab where the user asks for that. */
export function Link({ href, onClick, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!plain || event.defaultPrevented) return;
    event.preventDefault();
    navigate(href);
  };
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
