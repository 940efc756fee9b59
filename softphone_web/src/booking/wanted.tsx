/** What is wanted: the option, and the greeting where there is a choice of it. */
import type { IconName } from "../ui/shared/icons";
import classes from "./booking.module.css";
import { Choices } from "./choices";
import { GreetingDetails, type PartProps } from "./details";
import {
  type AddonForm,
  type GreetingName,
  greetingsOf,
  type OptionName,
  withOption,
} from "./draft";
import { euros, fill, useSpeech } from "./words";

const OPTION_ICONS: Record<OptionName, IconName> = {
  extension: "headset",
  mailbox: "voicemail",
  "own-number": "phone",
  "country-number": "globe",
};
const GREETING_ICONS: Record<GreetingName, IconName> = {
  none: "ban",
  supplied: "upload",
  vpa: "headset",
  professional: "microphone",
};

export function OptionChoice({ form, draft, wrong, onChange }: PartProps) {
  const { language, words } = useSpeech();
  const cost = (price: string) => (price === "0.00" ? words.free : euros(price, language));
  return (
    <Choices
      name="option"
      legend={words.option}
      value={draft.option}
      wrong={wrong("option")}
      choices={form.options.map((each) => ({
        value: each.option,
        icon: OPTION_ICONS[each.option],
        name: each.name,
        explanation: each.explanation,
        price: cheapest(form, each, cost, (price) => fill(words.from, { price })),
      }))}
      onChange={(option) => onChange(withOption(draft, form, option))}
    />
  );
}

export function GreetingChoice(props: PartProps) {
  const { form, draft, wrong, onChange } = props;
  const { language, words } = useSpeech();
  const greetings = greetingsOf(form, draft.option);
  if (greetings.length < 2) return null;
  const more = (price: string) =>
    price === "0.00" ? words.free : fill(words.more, { price: euros(price, language) });
  return (
    <div className={classes.part}>
      <Choices
        name="greeting"
        legend={words.greeting}
        value={draft.greeting}
        wrong={wrong("greeting")}
        choices={form.greetings
          .filter((each) => greetings.includes(each.greeting))
          .map((each) => ({
            value: each.greeting,
            icon: GREETING_ICONS[each.greeting],
            name: each.name,
            explanation: each.explanation,
            price: more(each.price),
          }))}
        onChange={(greeting) => onChange({ greeting })}
      />
      <GreetingDetails {...props} />
    </div>
  );
}

/** The least that an option costs: with a greeting where it cannot be without one. */
function cheapest(
  form: AddonForm,
  option: AddonForm["options"][number],
  exact: (price: string) => string,
  from: (price: string) => string,
): string {
  if (option.greetings.includes("none")) {
    return option.greetings.length === 1 ? exact(option.price) : from(exact(option.price));
  }
  if (option.price !== "0.00") return from(exact(option.price));
  const prices = form.greetings
    .filter((each) => option.greetings.includes(each.greeting))
    .map((each) => each.price)
    .sort((a, b) => Number(a.replace(".", "")) - Number(b.replace(".", "")));
  return from(exact(prices[0] ?? option.price));
}
