/** One of several, each with a picture, what it is and what it costs. */
import { useId } from "react";
import { Icon, type IconName } from "../ui/shared/icons";
import classes from "./booking.module.css";

export interface Choice<T extends string> {
  value: T;
  icon: IconName;
  name: string;
  explanation: string;
  price: string;
}

interface ChoicesProps<T extends string> {
  name: string;
  legend: string;
  value: T | null;
  choices: readonly Choice<T>[];
  wrong: string | undefined;
  onChange: (value: T) => void;
}

export function Choices<T extends string>(props: ChoicesProps<T>) {
  const { name, legend, value, choices, wrong, onChange } = props;
  const id = useId();
  return (
    <fieldset className={classes.choices} aria-describedby={wrong ? `${id}-wrong` : undefined}>
      <legend>{legend}</legend>
      {wrong ? (
        <p id={`${id}-wrong`} className={classes.wrong}>
          {wrong}
        </p>
      ) : null}
      {choices.map((choice) => (
        <label key={choice.value} className={classes.choice}>
          <input
            type="radio"
            name={name}
            data-field={name}
            data-testid={`${name}-${choice.value}`}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span className={classes.picture}>
            <Icon name={choice.icon} size={26} />
          </span>
          <span className={classes.about}>
            <strong>{choice.name}</strong>
            <small>{choice.explanation}</small>
          </span>
          <span className={classes.price}>{choice.price}</span>
        </label>
      ))}
    </fieldset>
  );
}
