// SQL that people can begin with. `zone` is the workspace's time zone.

export type Example = 'channels' | 'months' | 'hours' | 'before';

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

export function examples(zone: string): Record<Example, string> {
  const local = `timestamp AT TIME ZONE ${text(zone)}`;
  return {
    channels: `SELECT channel, count(DISTINCT customer_id) AS customers, sum(value) AS revenue
FROM events
WHERE name IN ('Order Completed', 'Receipt Issued')
GROUP BY channel
ORDER BY revenue DESC`,
    months: `SELECT strftime(${local}, '%Y-%m') AS month, count(DISTINCT customer_id) AS customers, count(*) AS events
FROM events
WHERE name IS NOT NULL
GROUP BY month
ORDER BY month`,
    hours: `SELECT hour(${local}) AS hour, count(*) AS orders, round(avg(value), 2) AS mean_value
FROM events
WHERE name IN ('Order Completed', 'Receipt Issued')
GROUP BY hour
ORDER BY hour`,
    before: `SELECT properties->>'category' AS category, count(*) AS views, count(DISTINCT customer_id) AS customers
FROM events
WHERE name = 'Product Viewed'
  AND customer_id IN (SELECT customer_id FROM events WHERE name = 'Order Completed')
GROUP BY category
ORDER BY views DESC
LIMIT 20`,
  };
}

/** Types of an answer whose values stand to the right. */
export const isNumber = (type: string): boolean => type === 'INTEGER' || type === 'DOUBLE' || type === 'DECIMAL';
