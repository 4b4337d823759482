// "Esporta": the report as a picture (PNG, SVG) or as a table (CSV). All are made from the report, not from the page.
import { Button, Menu } from '@mantine/core';
import { IconDownload, IconFileTypeCsv, IconFileTypeSvg, IconPhoto } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { downloadCsv, downloadPng, downloadText } from '@/base/download';
import { defineTexts } from '@/base/i18n';
import { useFormat } from '@/base/preferences';
import { toast } from '@/base/toast';
import { fileName, reportRows, reportSvg, sheetOf, type Report } from '@/model/report';

const texts = defineTexts(
  'exportMenu',
  { export: 'Esporta', png: 'Immagine (PNG)', svg: 'Immagine (SVG)', csv: 'Tabella (CSV)', failed: 'Non siamo riusciti a disegnare l’immagine.' },
  { export: 'Export', png: 'Picture (PNG)', svg: 'Picture (SVG)', csv: 'Table (CSV)', failed: 'We could not draw the picture.' },
);

export function ExportMenu({ report }: { report: Report }) {
  const { t } = useTranslation(texts);
  const format = useFormat();
  const svg = () => downloadText(fileName(report, 'svg', new Date()), reportSvg(report, format, new Date()), 'image/svg+xml');
  const csv = () => downloadCsv(fileName(report, 'csv', new Date()), reportRows(report, format, new Date()));
  const png = () =>
    void downloadPng(fileName(report, 'png', new Date()), reportSvg(report, format, new Date()), sheetOf(report, format, new Date())).catch(() => toast({ color: 'orange', message: t('failed') }));
  return (
    <Menu position="bottom-end" shadow="md" width={200}>
      <Menu.Target>
        <Button variant="default" size="sm" leftSection={<IconDownload size={16} aria-hidden />}>{t('export')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {report.draw ? <Menu.Item leftSection={<IconPhoto size={17} aria-hidden />} onClick={png}>{t('png')}</Menu.Item> : null}
        {report.draw ? <Menu.Item leftSection={<IconFileTypeSvg size={17} aria-hidden />} onClick={svg}>{t('svg')}</Menu.Item> : null}
        <Menu.Item leftSection={<IconFileTypeCsv size={17} aria-hidden />} onClick={csv}>{t('csv')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
