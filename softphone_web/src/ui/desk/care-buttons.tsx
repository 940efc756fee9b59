/** Who takes care of a message, and the buttons to say so. */
import type { CareStep, VoicemailView } from "../../api/types";
import buttons from "../shared/button.module.css";
import { moment } from "../shared/format";
import { Icon, type IconName } from "../shared/icons";
import { useLanguage, useMe } from "../shared/services";
import { useCare } from "./use-care";
import { useWords } from "./words";

const ICONS: Record<CareStep, IconName> = {
  claim: "bell",
  done: "check",
  "give-back": "back",
  reopen: "redo",
};

/** What this person may say now. */
export function stepsFor(
  voicemail: VoicemailView,
  me: { email: string; manages: boolean },
): CareStep[] {
  const mine = voicemail.claimed_by === me.email;
  if (voicemail.state === "silent") return [];
  if (voicemail.care === "open") return ["claim", "done"];
  if (!mine && !me.manages) return [];
  return voicemail.care === "done" ? ["reopen"] : ["done", "give-back"];
}

/** "Anna takes care since 10:04", or nothing. */
export function useCareLine(voicemail: VoicemailView): string | null {
  const w = useWords();
  const language = useLanguage();
  const { care, claimed_at, claimed_by_name, done_at, done_by_name } = voicemail;
  if (care === "done" && done_at)
    return w("care.doneBy", { name: done_by_name, at: moment(done_at, language) });
  if (care === "claimed" && claimed_at)
    return w("care.claimedBy", { name: claimed_by_name, at: moment(claimed_at, language) });
  return null;
}

export function CareButtons({ voicemail }: { voicemail: VoicemailView }) {
  const w = useWords();
  const me = useMe();
  const care = useCare();
  const manages = me.rights.includes("voicemails");
  return stepsFor(voicemail, { email: me.email, manages }).map((step, index) => (
    <button
      key={step}
      type="button"
      className={index === 0 && step === "claim" ? buttons.primary : buttons.secondary}
      data-testid={`message-${step}`}
      disabled={care.pending}
      onClick={() => care.take(voicemail, step)}
    >
      <Icon name={ICONS[step]} size={17} />
      {w(`care.${step}`)}
    </button>
  ));
}
