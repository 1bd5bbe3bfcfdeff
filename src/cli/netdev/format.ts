export const yesNo = (value: boolean) => (value ? 'yes' : 'no');
export const onOff = (value: boolean) => (value ? 'on' : 'off');
