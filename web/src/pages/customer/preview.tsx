// What a merge or a parting would change, told before it is done: each customer as they are and as they would be.
import { Loader, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { explain } from '@/api/problem';
import { useFormat } from '@/base/preferences';
import type { IdentityPreview, IdentitySide } from '@/model/contract';
import { bestIdentifier, displayName, identifierText, previewRows } from '@/model/journey';
import { useKnownVocabulary, useWords } from '@/widgets/use_words';
import classes from './customer.module.css';
import { texts } from './texts';

export function Preview({ preview }: { preview: { data: IdentityPreview | undefined; isError: boolean; error: unknown } }) {
  const { t } = useTranslation(texts);
  const { t: common } = useTranslation();
  const format = useFormat();
  const words = useWords();
  const model = useKnownVocabulary()?.stage_models[0];
  if (preview.isError) {
    const { key, detail } = explain(preview.error);
    return <Text mb="lg">{detail ?? common(`error.${key}`)}</Text>;
  }
  if (!preview.data) return <Loader size="sm" mb="lg" />;
  const stage = (side: IdentitySide) => {
    const at = model ? side.stage[model.id] : null;
    return model && at ? words.stage(model.id, at) : t('noStage');
  };
  const name = (side: IdentitySide) => {
    const identifier = bestIdentifier(side.identifiers);
    return displayName(side) ?? (identifier ? identifierText(identifier) : t('anonymous'));
  };
  const rows = previewRows(preview.data);
  return (
    <>
      <table className={classes.preview} data-preview>
        <thead>
          <tr><th>{t('preview')}</th><th>{t('events')}</th><th>{t('orders')}</th><th>{t('value')}</th><th>{t('stages')}</th></tr>
        </thead>
        {(['before', 'after'] as const).map((when) => (
          <tbody key={when} data-when={when}>
            <tr><th colSpan={5} scope="rowgroup">{t(when)}</th></tr>
            {rows.filter((row) => row.when === when).map(({ side }) => (
              <tr key={side.customer_id}>
                <td>{name(side)}</td>
                <td className="tabular">{format.number(side.events)}</td>
                <td className="tabular">{format.number(side.orders)}</td>
                <td className="tabular">{format.money(side.revenue)}</td>
                <td>{stage(side)}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
      <Text size="sm" c="dimmed" mb="lg">
        {preview.data.customers.before === preview.data.customers.after ? t('previewSame') : t('previewCustomers', { before: format.number(preview.data.customers.before), after: format.number(preview.data.customers.after) })}
      </Text>
    </>
  );
}
