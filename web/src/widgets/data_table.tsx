// A table that sorts by its heads. Columns say how a cell is drawn and by what it is ordered. The
// sorting library is fetched with the first table; rows of the same height stand in meanwhile.
import { lazy, Suspense, type ReactElement, type ReactNode } from 'react';
import { RowsSkeleton } from './states';

export interface TableColumn<T> {
  id: string;
  head: string;
  /** What the cell shows. */
  cell: (row: T) => ReactNode;
  /** What the column orders by; a column without it does not sort. */
  order?: (row: T) => string | number | null;
  /** Right-aligned, digits of equal width. */
  number?: boolean;
  /** Left out on narrow screens. */
  wide?: boolean;
}

export interface DataTableProps<T> {
  label: string;
  columns: TableColumn<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  onOpen?: (row: T) => void;
  initialSort?: { id: string; desc: boolean };
}

const Body = lazy(() => import('./data_table_body')) as unknown as <T>(props: DataTableProps<T>) => ReactElement;

const rowHeight = 45;

export function DataTable<T>(props: DataTableProps<T>) {
  return (
    <Suspense fallback={<div style={{ padding: '0 24px' }}><RowsSkeleton rows={props.rows.length + 1} height={rowHeight} /></div>}>
      <Body {...props} />
    </Suspense>
  );
}
