/** Resolves once `condition` holds; rejects after `withinMs` with what was waited for. Looks every 5 ms: for what no event announces. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 10_000,
): Promise<void> {
  const deadlineMs = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`Waited ${withinMs} ms in vain until ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
