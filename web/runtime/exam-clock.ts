// Time as an exam tells it.

/** "1:05:09" or "5:09". */
export function clockText(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (part: number) => String(part).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`;
}

/** What to say aloud, or "": at a half, at five minutes and at one minute left. */
export function announcement(before: number, left: number, limit: number): string {
  const marks = [limit / 2, 5 * 60_000, 60_000].filter((mark) => mark <= limit / 2);
  const passed = marks.filter((mark) => before > mark && left <= mark);
  if (passed.length === 0) return '';
  const minutes = Math.round(Math.min(...passed) / 60_000);
  if (minutes < 1) return `${Math.round(Math.min(...passed) / 1000)} seconds left.`;
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'} left.`;
}
