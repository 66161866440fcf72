type OptionalWhenUndefined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K]
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Copies an object without the members that are undefined: absent means absent. */
export function presentMembers<T extends object>(members: T): OptionalWhenUndefined<T> {
  const present: Partial<T> = {}
  for (const name in members) {
    if (members[name] !== undefined) present[name] = members[name]
  }
  return present as unknown as OptionalWhenUndefined<T>
}
