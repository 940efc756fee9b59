/** Plays one of several sounds, or stops it. */
import { useTranslation } from "react-i18next";
import type { Player } from "../desk/use-player";
import { Icon } from "../shared/icons";
import classes from "./play-button.module.css";

interface PlayButtonProps {
  player: Player;
  id: string;
  url: string;
  /** What is heard, for those who do not see the button's surroundings. */
  name: string;
}

export function PlayButton({ player, id, url, name }: PlayButtonProps) {
  const { t } = useTranslation();
  const playing = player.playing && player.id === id;
  return (
    <button
      type="button"
      className={classes.play}
      data-testid={`play-${id}`}
      data-playing={playing || undefined}
      aria-label={t(playing ? "manage.greetings.stop" : "manage.greetings.play", { name })}
      onClick={() => player.toggle(id, url)}
    >
      <Icon name={playing ? "hold" : "resume"} size={18} />
    </button>
  );
}
