import type { Stats } from '@tillcast/client';
import { money } from '../format.ts';
import { useRecords } from '../state/rooms.ts';
import { Flash } from '../ui/bits.tsx';

interface Props {
  room: string;
  currency: string;
  now: number;
}

type Sums = Pick<Stats, 'orders' | 'units' | 'revenue_minor' | 'profit_minor'>;
const none: Sums = { orders: 0, units: 0, revenue_minor: 0, profit_minor: 0 };

/** Today beside everything so far; the days are those of UTC, like the server's. */
export function Tiles({ room, currency, now }: Props) {
  const stats = useRecords(room, 'stats');
  const day = new Date(now).toISOString().slice(0, 10);
  const today: Sums = stats.find((each) => each.day === day) ?? none;
  const total: Sums = stats.find((each) => each.day === 'total') ?? none;
  const cash = (minor: number) => money(minor, currency);
  const count = (value: number) => value.toLocaleString();
  return (
    <dl className="tiles" aria-label="Sales">
      <Tile
        name="revenue"
        label="Revenue today"
        today={cash(today.revenue_minor)}
        total={cash(total.revenue_minor)}
      />
      <Tile
        name="profit"
        label="Profit today"
        today={cash(today.profit_minor)}
        total={cash(total.profit_minor)}
      />
      <Tile
        name="orders"
        label="Sales today"
        today={count(today.orders)}
        total={count(total.orders)}
      />
      <Tile
        name="units"
        label="Pieces sold today"
        today={count(today.units)}
        total={count(total.units)}
      />
    </dl>
  );
}

interface TileProps {
  name: string;
  label: string;
  today: string;
  total: string;
}

function Tile({ name, label, today, total }: TileProps) {
  return (
    <div className="tile" data-tile={name}>
      <dt>{label}</dt>
      <dd className="tile-now">
        <Flash value={today}>{today}</Flash>
      </dd>
      <dd className="tile-total">{total} in total</dd>
    </div>
  );
}
