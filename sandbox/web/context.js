// What drawing needs to know of one space as its viewer sees it: names of people and places, and whose eyes these are.

export function visible(space, channel, me) {
  if (!me) return false;
  const parent = channel.parent && space.channels.find((c) => c.id === channel.parent);
  if (parent && !channel.private) return visible(space, parent, me);
  if (channel.private || channel.kind === "private" || channel.kind === "dm") return channel.members.includes(me.user_id);
  return true;
}

export function makeContext(space, person, open) {
  const accounts = new Map(space.accounts.map((a) => [a.user_id, a]));
  const channels = new Map(space.channels.map((c) => [c.id, c]));
  const roles = new Map(space.roles.map((r) => [r.id, r]));
  const held = space.accounts.find((a) => a.person === person.id) || null;
  const me = held && !held.left_at ? held : null;
  const seen = space.channels.filter((c) => visible(space, c, me)).sort((a, b) => a.position - b.position);
  return {
    me,
    held,
    reader: person,
    open,
    account: (id) => accounts.get(id),
    channel: (id) => channels.get(id),
    role: (id) => roles.get(id),
    roles: () => [...roles.values()].filter((r) => r.name !== "@everyone"),
    members: () => space.accounts.filter((a) => !a.left_at && !a.is_bot).slice(0, 400),
    channels: () => seen,
    bot: accounts.get(space.bot),
    // A direct message is named after the other side.
    nameOf: (channel) => {
      if (channel.kind !== "dm") return channel.name;
      const other = channel.members.find((id) => id !== me?.user_id);
      return accounts.get(other)?.name || channel.name;
    },
    other: (channel) => accounts.get(channel.members.find((id) => id !== me?.user_id)),
  };
}
