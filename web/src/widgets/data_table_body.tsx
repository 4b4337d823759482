// The table of data_table.tsx, with the library that sorts it.
import { createSortedRowModel, rowSortingFeature, sortFns, tableFeatures, useTable, type ColumnDef, type SortingState } from '@tanstack/react-table';
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataTableProps, TableColumn } from './data_table';
import classes from './data_table.module.css';

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns });

export default function DataTableBody<T>({ label, columns, rows, rowKey, onOpen, initialSort }: DataTableProps<T>) {
  const { t } = useTranslation();
  const [sorting, setSorting] = useState<SortingState>(initialSort ? [initialSort] : []);
  const definitions = useMemo(
    () =>
      columns.map((column): ColumnDef<typeof features, { row: T }> => ({
        id: column.id,
        accessorFn: ({ row }) => column.order?.(row) ?? undefined,
        enableSorting: column.order !== undefined,
        sortUndefined: 'last',
        sortDescFirst: column.number === true,
        header: column.head,
      })),
    [columns],
  );
  const data = useMemo(() => rows.map((row) => ({ row })), [rows]);
  const table = useTable({
    features, columns: definitions, data, state: { sorting }, onSortingChange: setSorting,
  });
  const byId = new Map(columns.map((column) => [column.id, column]));
  const classOf = (column: TableColumn<T>) => [column.number ? classes.number : '', column.wide ? classes.wide : ''].join(' ');
  return (
    <div className={classes.wrap} tabIndex={0} role="region" aria-label={label}>
      <table className={classes.table} aria-label={label}>
        <thead>
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id}>
              {group.headers.map((header) => {
                const column = byId.get(header.column.id)!;
                const sorted = header.column.getIsSorted();
                return (
                  <th key={header.id} scope="col" className={classOf(column)} aria-sort={sorted === 'asc' ? 'ascending' : sorted === 'desc' ? 'descending' : undefined}>
                    {column.order ? (
                      <button type="button" className={sorted ? `${classes.sort} ${classes.sorted}` : classes.sort} onClick={() => header.column.toggleSorting()} title={t('table.sortBy', { column: column.head })}>
                        {column.head}
                        {sorted === 'asc' ? <IconArrowUp size={14} aria-hidden /> : sorted === 'desc' ? <IconArrowDown size={14} aria-hidden /> : <IconArrowsSort size={14} opacity={0.35} aria-hidden />}
                      </button>
                    ) : (
                      column.head
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map(({ original: { row } }) => (
            <tr key={rowKey(row)} className={onOpen ? classes.clickable : undefined} onClick={onOpen ? () => onOpen(row) : undefined}>
              {columns.map((column) => (
                <td key={column.id} className={classOf(column)}>{column.cell(row)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
