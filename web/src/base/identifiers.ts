// The kinds of identifier a person can have, in words.
import { defineTexts } from './i18n';

export const identifierTexts = defineTexts(
  'identifiers',
  {
    user_id: 'Codice cliente', crm_id: 'Codice gestionale', email: 'E-mail', phone: 'Telefono', loyalty_card: 'Carta fedeltà', wa_id: 'WhatsApp', shop_id: 'Cliente del negozio online', device_id: 'Dispositivo', social_handle: 'Profilo social', anonymous_id: 'Visitatore', order_id: 'Ordine',
    other: 'Altro identificativo',
  },
  {
    user_id: 'Customer code', crm_id: 'CRM code', email: 'E-mail', phone: 'Phone', loyalty_card: 'Loyalty card', wa_id: 'WhatsApp', shop_id: 'Online shop customer', device_id: 'Device', social_handle: 'Social profile', anonymous_id: 'Visitor', order_id: 'Order',
    other: 'Other identifier',
  },
);
