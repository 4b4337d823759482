// The icon of a touchpoint. The server names it; a name we do not draw becomes a plain point.
import {
  IconAd2, IconAddressBook, IconArrowBackUp, IconBook2, IconClipboardText, IconDots, IconHeart, IconLink, IconSparkles, IconTag, IconTicket, IconBell, IconBrandFacebook, IconBrandGoogle, IconBrandInstagram, IconBrandTiktok, IconBrandWhatsapp,
  IconBuildingStore, IconCalendarEvent, IconCreditCard, IconDeviceMobile, IconGift, IconHeadset, IconId, IconMail, IconMapPin,
  IconMessage, IconMessageCircle, IconPackage, IconPhone, IconPointFilled, IconQrcode, IconReceipt, IconSearch, IconShare, IconShoppingBag,
  IconShoppingCart, IconSpeakerphone, IconStar, IconTruckDelivery, IconUsers, IconWorld, type Icon,
} from '@tabler/icons-react';

const drawn: Record<string, Icon> = {
  ad: IconAd2, ads: IconAd2, megaphone: IconSpeakerphone, speakerphone: IconSpeakerphone,
  'address-book': IconAddressBook, bell: IconBell, push: IconBell, facebook: IconBrandFacebook, 'brand-facebook': IconBrandFacebook, meta: IconBrandFacebook,
  google: IconBrandGoogle, 'brand-google': IconBrandGoogle, instagram: IconBrandInstagram, 'brand-instagram': IconBrandInstagram,
  tiktok: IconBrandTiktok, 'brand-tiktok': IconBrandTiktok, whatsapp: IconBrandWhatsapp, 'brand-whatsapp': IconBrandWhatsapp,
  store: IconBuildingStore, shop: IconBuildingStore, 'building-store': IconBuildingStore, event: IconCalendarEvent, calendar: IconCalendarEvent, 'calendar-event': IconCalendarEvent,
  card: IconCreditCard, 'credit-card': IconCreditCard, payment: IconCreditCard, app: IconDeviceMobile, mobile: IconDeviceMobile, 'device-mobile': IconDeviceMobile, sms: IconMessage,
  sparkles: IconSparkles, link: IconLink, tag: IconTag, book: IconBook2, heart: IconHeart, ticket: IconTicket, return: IconArrowBackUp, clipboard: IconClipboardText, dots: IconDots,
  gift: IconGift, headset: IconHeadset, support: IconHeadset, help: IconHeadset, loyalty: IconId, id: IconId, mail: IconMail, email: IconMail, newsletter: IconMail,
  pin: IconMapPin, 'map-pin': IconMapPin, message: IconMessage, chat: IconMessageCircle, 'message-circle': IconMessageCircle, package: IconPackage, box: IconPackage,
  phone: IconPhone, qrcode: IconQrcode, qr: IconQrcode, receipt: IconReceipt, till: IconReceipt, search: IconSearch, share: IconShare, social: IconShare,
  bag: IconShoppingBag, 'shopping-bag': IconShoppingBag, cart: IconShoppingCart, 'shopping-cart': IconShoppingCart, star: IconStar, review: IconStar,
  truck: IconTruckDelivery, delivery: IconTruckDelivery, users: IconUsers, referral: IconUsers, people: IconUsers, world: IconWorld, web: IconWorld, website: IconWorld, globe: IconWorld,
};

/** Names a person can choose from in the editor. */
export const touchIconNames = ['world', 'mail', 'search', 'ad', 'share', 'instagram', 'facebook', 'tiktok', 'google', 'cart', 'card', 'store', 'receipt', 'qrcode', 'calendar', 'id', 'gift', 'phone', 'whatsapp', 'message', 'chat', 'headset', 'bell', 'mobile', 'star', 'users', 'truck', 'package', 'pin', 'tag', 'book', 'heart', 'ticket', 'return', 'clipboard', 'sparkles', 'link', 'dots'] as const;

export function TouchIcon({ name, size = 18 }: { name: string | null | undefined; size?: number }) {
  const Drawn = drawn[name ?? ''] ?? IconPointFilled;
  return <Drawn size={size} stroke={1.7} aria-hidden />;
}
