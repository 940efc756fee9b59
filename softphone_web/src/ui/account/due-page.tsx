/** The password is too old: a new one comes before everything else. */
import { useQuery } from "@tanstack/react-query";
import { useServices } from "../shared/services";
import { AccountCard } from "./account-card";
import { ChangePassword } from "./change-password";
import { useAccountWords } from "./words";

export function DuePage() {
  const w = useAccountWords();
  const { api } = useServices();
  const rules = useQuery({ queryKey: ["password-rules"], queryFn: api.passwordRules });
  return (
    <AccountCard
      title={w("change.due")}
      text={rules.data ? w("change.dueHint", { days: rules.data.days }) : ""}
    >
      <ChangePassword onDone={() => undefined} />
    </AccountCard>
  );
}
