/** Blocks who called: from a call under way or from its record (F42); with a way back. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/icons";
import { useServices } from "../shared/services";
import { tell, warn } from "../shared/toasts";
import { errorText } from "../shared/trouble";

interface BlockButtonProps {
  call: { id: string; direction: string };
  /** How the caller is called. */
  party: string;
  className: string;
  /** With the word beside the sign. */
  named?: boolean;
}

/** Whether callers can be blocked here, and by this person. */
function useCanBlock(): boolean {
  const { api } = useServices();
  const { isSuccess } = useQuery({
    queryKey: ["can-block"],
    queryFn: api.canBlock,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return isSuccess;
}

export function BlockButton({ call, party, className, named = false }: BlockButtonProps) {
  const { t } = useTranslation();
  const { api } = useServices();
  const can = useCanBlock();
  if (!can || call.direction !== "inbound") return null;
  const block = async () => {
    try {
      const { id } = await api.blockPartyOf(call.id);
      tell(t("manage.live.blocked", { name: party }), () => {
        api.unblockParty(id).catch((error: unknown) => warn(errorText(error)));
      });
    } catch (error) {
      warn(errorText(error));
    }
  };
  return (
    <button
      type="button"
      className={className}
      aria-label={t("manage.live.blockOf", { name: party })}
      title={t("manage.live.block")}
      data-testid="block-caller"
      onClick={() => void block()}
    >
      <Icon name="ban" size={19} />
      {named ? t("manage.live.block") : null}
    </button>
  );
}
