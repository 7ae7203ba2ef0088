/* Time left: each second in the last hour, else each minute. Only its end is announced. */
const HOUR = 3600;

function words(time, seconds) {
  const pad = (number) => String(number).padStart(2, "0");
  if (seconds >= 72 * HOUR) {
    const hours = Math.floor(seconds / HOUR);
    return time.dataset.days.replace("{d}", Math.floor(hours / 24)).replace("{h}", hours % 24);
  }
  if (seconds >= HOUR) {
    const minutes = Math.floor((seconds % HOUR) / 60);
    return time.dataset.hours
      .replace("{h}", Math.floor(seconds / HOUR))
      .replace("{m}", pad(minutes));
  }
  return time.dataset.minutes
    .replace("{m}", Math.floor(seconds / 60))
    .replace("{s}", pad(seconds % 60));
}

function tick() {
  let soonest = Infinity;
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const seconds = Math.floor((Date.parse(time.dateTime) - Date.now()) / 1000);
    if (seconds > 0) {
      soonest = Math.min(soonest, seconds);
      const text = words(time, seconds);
      if (time.textContent !== text) time.textContent = text;
    } else if (time.textContent.trim() !== time.dataset.over) {
      time.setAttribute("aria-live", "polite");
      time.textContent = time.dataset.over;
    }
  }
  setTimeout(tick, soonest <= HOUR ? 1000 : 60000 - (Date.now() % 60000));
}

tick();
