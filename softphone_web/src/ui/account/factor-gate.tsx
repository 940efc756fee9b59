/** Who must have a second factor and has none comes no further than this. */
import { useQueryClient } from "@tanstack/react-query";
import type { Me } from "../../api/types";
import buttons from "../shared/button.module.css";
import { keys } from "../shared/queries";
import { useSignOut } from "../shared/sign-out";
import { Toasts } from "../shared/toasts";
import { useWords } from "./copy-button";
import { FactorSetUp } from "./factor-set-up";
import classes from "./sign-in.module.css";

export function FactorGate({ me }: { me: Me }) {
  const w = useWords();
  const queries = useQueryClient();
  const signOut = useSignOut();
  return (
    <main className={classes.gate}>
      <div className={classes.section} data-testid="factor-gate">
        <h1>{w("factor.gate")}</h1>
        <p className={classes.hint}>{w("factor.gateHint")}</p>
        <FactorSetUp
          onDone={() => queries.setQueryData(keys.me, { ...me, second_factor_due: false })}
        />
        <button type="button" className={buttons.secondary} onClick={() => signOut.mutate()}>
          {w("factor.signOut")}
        </button>
      </div>
      <Toasts />
    </main>
  );
}
