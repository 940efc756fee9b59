import type { ReactNode } from "react";
import { Logo } from "./logo";
import classes from "./splash.module.css";

/** While it is not yet known who is signed in. */
export function Splash({ children }: { children?: ReactNode }) {
  return (
    <main className={classes.page} aria-busy={children ? undefined : true}>
      <div className={classes.inner}>
        <Logo size={52} />
        {children}
      </div>
    </main>
  );
}
