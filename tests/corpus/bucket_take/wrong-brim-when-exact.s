	.section	.text,"ax",@progbits
	.p2align	4, 0x90
bucket_take:
	.cfi_startproc
	movl	%edi, %r9d
	imulq	$1000, %r9, %r8
	movq	%rsi, %r10
	subq	bucket_stamp(%rip), %r10
	seta	%al
	movq	bucket_rate(%rip), %rdi
	testq	%rdi, %rdi
	setg	%dl
	andb	%al, %dl
	movq	bucket_tokens(%rip), %rcx
	cmpb	$1, %dl
	jne	.LBB1_5
	movq	bucket_burst(%rip), %r11
	movq	%r11, %rax
	subq	%rcx, %rax
	movq	%rax, %rdx
	orq	%rdi, %rdx
	shrq	$32, %rdx
	je	.LBB1_2
	cqto
	idivq	%rdi
	jmp	.LBB1_4
.LBB1_2:
	xorl	%edx, %edx
	divl	%edi
.LBB1_4:
	movq	%r10, %rdx
	imulq	%rdi, %rdx
	addq	%rdx, %rcx
	cmpq	%rax, %r10
	cmovaeq	%r11, %rcx
	movq	%rcx, bucket_tokens(%rip)
.LBB1_5:
	movq	%rsi, bucket_stamp(%rip)
	movq	%rcx, %rax
	subq	%r8, %rax
	jge	.LBB1_6
	incl	bucket_denied(%rip)
	cmpq	bucket_burst(%rip), %r8
	setg	%al
	testq	%rdi, %rdi
	setle	%dl
	orb	%al, %dl
	movq	$-1, %rax
	jne	.LBB1_11
	addq	%rdi, %r8
	notq	%rcx
	addq	%r8, %rcx
	movq	%rdi, %rax
	orq	%rcx, %rax
	shrq	$32, %rax
	je	.LBB1_9
	movq	%rcx, %rax
	cqto
	idivq	%rdi
.LBB1_11:
	retq
.LBB1_6:
	addq	%r9, bucket_sent_bytes(%rip)
	movq	%rax, bucket_tokens(%rip)
	movl	$0, bucket_denied(%rip)
	xorl	%eax, %eax
	retq
.LBB1_9:
	movl	%ecx, %eax
	xorl	%edx, %edx
	divl	%edi
	retq
.Lfunc_end1:
	.cfi_endproc
# verdict: refuted: refills to the brim when the elapsed time is exactly missing / rate and that left a remainder
