/** What KMS binds a wrapped data key to. All of it is opaque or public: CloudTrail shows it in clear. */
export interface KeyPlace {
  collection: string;
  class: string;
  owner: string;
  subject: string;
  keyId: string;
}

/** From what the caller of this already knows: a stored copy would be somebody else's word. */
export function encryptionContext(place: KeyPlace): Record<string, string> {
  return {
    collection: place.collection,
    class: place.class,
    owner: place.owner,
    subject: place.subject,
    keyId: place.keyId,
  };
}
