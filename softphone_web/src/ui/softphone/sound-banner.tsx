/** In red as long as the browser keeps the page mute: a call would be missed. Covers nothing. */
import { useTranslation } from "react-i18next";
import { Icon } from "../shared/icons";
import { useSoundLocked } from "../shared/use-sound-locked";
import classes from "./sound-banner.module.css";

export function SoundBanner() {
  const { t } = useTranslation();
  const locked = useSoundLocked();
  if (!locked) return null;
  return (
    <p className={classes.banner} role="alert" data-testid="sound-locked">
      <Icon name="bell" size={18} />
      {t("shift.locked")}
    </p>
  );
}
