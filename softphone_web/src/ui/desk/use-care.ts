/** Taking care of a message: said once, with a way back. */
import { useMutation } from "@tanstack/react-query";
import type { CareStep, VoicemailView } from "../../api/types";
import { hearInCache } from "../shared/live-cache";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";
import { useWords } from "./words";

const BACK: Partial<Record<CareStep, CareStep>> = {
  claim: "give-back",
  done: "reopen",
  "give-back": "claim",
  reopen: "done",
};

export interface Care {
  pending: boolean;
  take: (voicemail: VoicemailView, step: CareStep) => void;
}

export function useCare(): Care {
  const w = useWords();
  const { api, queries } = useServices();
  const mutation = useMutation({
    mutationFn: ({ id, step }: { id: string; step: CareStep; undo: boolean }) => api.care(id, step),
    onSuccess: (voicemail, { id, step, undo }) => {
      hearInCache(queries, { type: "voicemail", voicemail });
      const back = BACK[step];
      if (undo || !back) return;
      tell(w(`care.told.${step}`), () => mutation.mutate({ id, step: back, undo: true }));
    },
    onError: (error, { id }) => {
      warn(errorText(error));
      // Somebody else was faster: show who.
      api.voicemail(id).then(
        (voicemail) => hearInCache(queries, { type: "voicemail", voicemail }),
        () => undefined,
      );
    },
  });
  return {
    pending: mutation.isPending,
    take: ({ id }, step) => mutation.mutate({ id, step, undo: false }),
  };
}
