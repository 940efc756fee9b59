/** A message's sound: its picture to click into, the speed, where it is. */
import type { VoicemailView } from "../../api/types";
import { clock } from "../shared/format";
import { Icon } from "../shared/icons";
import { ErrorBox } from "../shared/trouble";
import type { Player } from "./use-player";
import wave from "./waveform.module.css";
import { Waveform } from "./waveform-view";
import { useWords } from "./words";

export function PlayerBar({ voicemail, player }: { voicemail: VoicemailView; player: Player }) {
  const w = useWords();
  const { id, audio, duration_seconds: seconds } = voicemail;
  const mine = player.id === id;
  const at = mine ? player.at : 0;
  return (
    <>
      {mine && player.broken ? (
        <ErrorBox errorId="message-broken">{w("messages.broken")}</ErrorBox>
      ) : null}
      <div className={wave.player}>
        <Waveform
          voicemail={id}
          seconds={seconds}
          at={at}
          onSeek={(second) => player.seek(id, audio, second)}
        />
        <button
          type="button"
          className={`${wave.rate} tabular`}
          aria-label={`${w("messages.rate")} ${player.rate}`}
          onClick={player.nextRate}
        >
          {player.rate} ×
        </button>
        <p className={`${wave.times} tabular`} data-testid="message-time">
          <span>{clock(at)}</span>
          <span>{clock(seconds)}</span>
        </p>
      </div>
    </>
  );
}

interface PlayButtonProps {
  voicemail: VoicemailView;
  player: Player;
  /** Who spoke. */
  name: string;
  className: string;
  size: number;
  disabled: boolean;
  /** Called with the first press: what belongs to it may be opened. */
  onPlay: () => void;
}

export function MessagePlayButton(props: PlayButtonProps) {
  const w = useWords();
  const { voicemail, player, name } = props;
  const playing = player.id === voicemail.id && player.playing;
  return (
    <button
      type="button"
      className={props.className}
      data-testid="message-play"
      data-state={voicemail.state}
      disabled={props.disabled}
      aria-label={playing ? w("messages.pause") : w("messages.play", { name })}
      onClick={() => {
        player.toggle(voicemail.id, voicemail.audio);
        props.onPlay();
      }}
    >
      <Icon name={playing ? "hold" : "resume"} size={props.size} />
    </button>
  );
}
