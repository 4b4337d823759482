import { defineTexts } from '@/base/i18n';

export const texts = defineTexts(
  'reports',
  {
    title: 'Report salvati', lead: 'Le domande che vale la pena rifare: ogni report si riapre con i numeri di adesso.',
    name: 'Nome', kind: 'Che cos’è', changed: 'Salvato', open: 'Apri', rename: 'Rinomina', renameOf: 'Rinomina «{{name}}»', remove: 'Elimina', removeOf: 'Elimina «{{name}}»', newName: 'Nome nuovo',
    sure: 'Eliminare «{{name}}»? Esce anche dai cruscotti.', removed: '«{{name}}» è stato eliminato.',
    empty: 'Qui ritroverai le domande che contano', emptyBody: 'Apri una pagina, per esempio il funnel, scegli che cosa guardare e premi «Salva».', begin: 'Apri il funnel', dashboards: 'Vai ai cruscotti',
  },
  {
    title: 'Saved reports', lead: 'The questions worth asking again: every report opens with the numbers of now.',
    name: 'Name', kind: 'What it is', changed: 'Saved', open: 'Open', rename: 'Rename', renameOf: 'Rename “{{name}}”', remove: 'Delete', removeOf: 'Delete “{{name}}”', newName: 'New name',
    sure: 'Delete “{{name}}”? It leaves its dashboards too.', removed: '“{{name}}” has been deleted.',
    empty: 'Here you will find the questions that matter', emptyBody: 'Open a page, for example the funnel, choose what to look at and press “Save”.', begin: 'Open the funnel', dashboards: 'Go to the dashboards',
  },
);
